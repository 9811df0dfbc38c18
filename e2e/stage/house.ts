import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RendezvousAddress } from '#shared/rendezvous.ts';
import { type RunningRendezvous, startRendezvous } from '../../rendezvous/start-rendezvous.ts';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const NODE = join(ROOT, 'node_modules', '.bin', 'node');
/** Where `vite build` leaves the page. */
export const BUILT_PAGE = join(ROOT, 'dist', 'pwa');
/** The relay as it is shipped. */
export const BUILT_RELAY = join(ROOT, 'dist', 'relay', 'latchkey.mjs');
/** What `npm start` gives Node for it. */
export const RELAY_FLAGS = ['--max-semi-space-size=2'];
/** And its surroundings. */
export const RELAY_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };

const LINK = /https?:\/\/\S+#c1\.\S+/;
const CHECK_CODE = /should show\s+((?:\d ){3}\d)/;
/** A relay says goodbye within a second; longer is a fault that the test should show. */
const STOP_LIMIT_MS = 5_000;

export interface HouseOptions {
  /** As `LATCHKEY_CAMERA`. Default `test-picture`. */
  readonly source?: string;
  /** More settings for the relay. */
  readonly env?: Readonly<Record<string, string>>;
  /** The page to serve. Default the built one. */
  readonly pageDirectory?: string;
  /** Starts page and broker somewhere else than on this machine's loopback; on `port`, where that is not 0. */
  readonly serve?: (port: number) => Promise<HouseRendezvous>;
  /** The command line by which a program runs somewhere else, for the relay. */
  readonly relayCommand?: (program: string, ...args: readonly string[]) => [string, ...string[]];
  /** Name of the directory where the relay keeps its state. Default `state`. */
  readonly stateName?: string;
  /** Where page and relay meet. Default the broker of the rendezvous that serves the page. */
  readonly broker?: RendezvousAddress;
}

/** Page and broker of a house. */
export type HouseRendezvous = Pick<RunningRendezvous, 'url' | 'brokerUrl' | 'port' | 'close'>;

/** A household: a rendezvous that serves the built page, and a relay beside it as a process of its own. */
export class House implements AsyncDisposable {
  readonly pageUrl: string;
  readonly brokerUrl: string;
  readonly #directory: string;
  readonly #options: HouseOptions;
  readonly #port: number;
  #rendezvous: HouseRendezvous | null;
  #relay: ChildProcess | null = null;
  #output = '';
  #log = '';
  #wake = Promise.withResolvers<void>();

  private constructor(rendezvous: HouseRendezvous, directory: string, options: HouseOptions) {
    this.pageUrl = rendezvous.url;
    this.brokerUrl = options.broker?.url ?? rendezvous.brokerUrl;
    this.#port = rendezvous.port;
    this.#rendezvous = rendezvous;
    this.#directory = directory;
    this.#options = options;
  }

  static async open(options: HouseOptions = {}): Promise<House> {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-house-'));
    const house = new House(await serve(options), directory, options);
    try {
      await house.startRelay();
      return house;
    } catch (error) {
      await house[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where the relay keeps its key and access list. */
  get stateDirectory(): string {
    return join(this.#directory, this.#options.stateName ?? 'state');
  }

  get relayPid(): number {
    return this.#relay?.pid ?? 0;
  }

  /** Everything the relay has written since it was last started. */
  get output(): string {
    return this.#output;
  }

  /** Of it, what goes to the log, all starts together; the display, which shows links, is not part of it. */
  get log(): string {
    return this.#log;
  }

  /** Cuts every connection and frees the port, as a broker that fails would. */
  async stopRendezvous(): Promise<void> {
    await this.#rendezvous?.close();
    this.#rendezvous = null;
  }

  /** Starts a rendezvous with nothing retained, on the port of the one before. */
  async startRendezvous(): Promise<void> {
    this.#rendezvous ??= await serve(this.#options, this.#port);
  }

  async startRelay(): Promise<void> {
    this.#output = '';
    const relay = this.spawnLatchkey('run');
    relay.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    relay.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
      this.#hear(text);
    });
    relay.on('exit', () => this.#hear(''));
    this.#relay = relay;
    await this.written(/info ready/);
  }

  /** Starts a process of what is shipped, with this camera's settings; whoever starts it ends it. */
  spawnLatchkey(...args: readonly string[]) {
    const env = {
      ...process.env,
      ...RELAY_ENVIRONMENT,
      LATCHKEY_STATE_DIR: this.stateDirectory,
      LATCHKEY_NAME: 'Kitchen',
      // Whether this machine's time service has been heard of shall decide no test.
      LATCHKEY_CLOCK: 'trusted',
      LATCHKEY_PAGE_URL: this.pageUrl,
      LATCHKEY_RENDEZVOUS: this.brokerUrl,
      LATCHKEY_RENDEZVOUS_USERNAME: this.#options.broker?.username,
      LATCHKEY_RENDEZVOUS_PASSWORD: this.#options.broker?.password,
      LATCHKEY_CAMERA: this.#options.source ?? 'test-picture',
      ...this.#options.env,
    };
    const { relayCommand = (...command) => command } = this.#options;
    const [program, ...rest] = relayCommand(NODE, ...RELAY_FLAGS, BUILT_RELAY, ...args);
    return spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Ends the relay: SIGTERM asks, as systemd would; SIGKILL does not. */
  async stopRelay(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const relay = this.#relay;
    if (!relay || hasEnded(relay)) return;
    const timer = setTimeout(() => relay.kill('SIGKILL'), STOP_LIMIT_MS);
    relay.kill(signal);
    await once(relay, 'exit');
    clearTimeout(timer);
    if (relay.signalCode === 'SIGKILL' && signal !== 'SIGKILL')
      throw new Error('the relay did not end when asked');
  }

  /** Holds the relay still, with all its connections open, until `resumeRelay`. */
  pauseRelay(): void {
    this.#relay?.kill('SIGSTOP');
  }

  resumeRelay(): void {
    this.#relay?.kill('SIGCONT');
  }

  /** Waits for the relay to write something; the match. */
  async written(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) return match;
      if (this.#relay && hasEnded(this.#relay)) {
        throw new Error(`the relay ended without ${pattern}:\n${this.#output}`);
      }
      await this.#wake.promise;
    }
  }

  /** The link of the code on the camera's display. */
  async claimLink(): Promise<string> {
    return (await this.written(LINK))[0];
  }

  /** The four digits on the camera's display. */
  async checkCode(): Promise<string> {
    return ((await this.written(CHECK_CODE))[1] ?? '').replaceAll(' ', '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resumeRelay();
    await this.stopRelay();
    await this.stopRendezvous();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #hear(text: string): void {
    this.#output += text;
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** `localhost` is a secure context without a certificate. */
function serve(
  { pageDirectory = BUILT_PAGE, broker, serve: elsewhere }: HouseOptions,
  port = 0,
): Promise<HouseRendezvous> {
  if (elsewhere) return elsewhere(port);
  const named = broker === undefined ? {} : { rendezvous: [broker] };
  return startRendezvous({ host: 'localhost', port, staticDirectory: pageDirectory, ...named });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
