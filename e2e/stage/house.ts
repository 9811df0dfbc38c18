import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningRendezvous, startRendezvous } from '../../rendezvous/start-rendezvous.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const LINK = /https?:\/\/\S+#c1\.\S+/;
const CHECK_CODE = /should show\s+((?:\d ){3}\d)/;
/** A relay says goodbye within a second; longer is a fault that the test should show. */
const STOP_LIMIT_MS = 5_000;

export interface HouseOptions {
  /** As `LATCHKEY_CAMERA`. Default `test-picture`. */
  readonly source?: string;
  /** More settings for the relay. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A household: a rendezvous that serves the built page, and a relay beside it as a process of its own. */
export class House implements AsyncDisposable {
  readonly rendezvous: RunningRendezvous;
  readonly stateDirectory: string;
  readonly #options: HouseOptions;
  #relay: ChildProcess | null = null;
  #output = '';
  #wake = Promise.withResolvers<void>();

  private constructor(rendezvous: RunningRendezvous, stateDirectory: string, options: HouseOptions) {
    this.rendezvous = rendezvous;
    this.stateDirectory = stateDirectory;
    this.#options = options;
  }

  static async open(options: HouseOptions = {}): Promise<House> {
    // `localhost` is a secure context without a certificate.
    const rendezvous = await startRendezvous({
      host: 'localhost',
      staticDirectory: join(ROOT, 'dist', 'pwa'),
    });
    const house = new House(rendezvous, await mkdtemp(join(tmpdir(), 'latchkey-house-')), options);
    await house.startRelay();
    return house;
  }

  get pageUrl(): string {
    return this.rendezvous.url;
  }

  get relayPid(): number {
    return this.#relay?.pid ?? 0;
  }

  /** Everything the relay has written since it was last started. */
  get output(): string {
    return this.#output;
  }

  async startRelay(): Promise<void> {
    this.#output = '';
    const env = {
      ...process.env,
      LATCHKEY_STATE_DIR: join(this.stateDirectory, 'state'),
      LATCHKEY_NAME: 'Kitchen',
      LATCHKEY_PAGE_URL: this.pageUrl,
      LATCHKEY_RENDEZVOUS: this.rendezvous.brokerUrl,
      LATCHKEY_CAMERA: this.#options.source ?? 'test-picture',
      ...this.#options.env,
    };
    const relay = spawn(NODE, [join(ROOT, 'relay', 'main.ts'), 'run'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [relay.stdout, relay.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    }
    relay.on('exit', () => this.#hear(''));
    this.#relay = relay;
    await this.written(/info ready/);
  }

  /** Asks the relay to end, as systemd would. */
  async stopRelay(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const relay = this.#relay;
    if (!relay || relay.exitCode !== null || relay.signalCode !== null) return;
    const timer = setTimeout(() => relay.kill('SIGKILL'), STOP_LIMIT_MS);
    relay.kill(signal);
    await once(relay, 'exit');
    clearTimeout(timer);
  }

  /** Waits for the relay to write something; the match. */
  async written(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) return match;
      const relay = this.#relay;
      if (relay && (relay.exitCode !== null || relay.signalCode !== null)) {
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
    await this.stopRelay();
    await this.rendezvous.close();
    await rm(this.stateDirectory, { recursive: true, force: true });
  }

  #hear(text: string): void {
    this.#output += text;
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
