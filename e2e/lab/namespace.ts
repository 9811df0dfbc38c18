import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runCommand } from './command.ts';

/** ip-netns(8) lays what stands here over `/etc`, for each program that it starts. */
const FILES = '/etc/netns';
const HANDLES = '/run/netns';
const PREFIX = 'latchkey';
/** `latchkey-PID-NUMBER-WHAT` */
const OWN_NAME = /^latchkey-(\d+)-/;

let made = 0;

/** A network stack of its own (network_namespaces(7)): a machine of the lab, as far as its network is concerned. */
export class Namespace implements AsyncDisposable {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /** Makes one with nothing in it but the loopback device. @throws Error where that is not allowed. */
  static async create(what: string): Promise<Namespace> {
    made += 1;
    const namespace = new Namespace(`${PREFIX}-${process.pid}-${made}-${what}`);
    await runCommand(['ip', 'netns', 'add', namespace.name]);
    await mkdir(namespace.#files, { recursive: true });
    await namespace.nameHosts({});
    await namespace.ip('link set lo up');
    // Nobody else is there who could have the same address, and asking around takes a second.
    await namespace.set('net/ipv6/conf/default/accept_dad', '0');
    return namespace;
  }

  /** Runs ip(8) commands, one after another. */
  async ip(...commands: readonly string[]): Promise<void> {
    await runCommand(['ip', '-n', this.name, '-batch', '-'], `${commands.join('\n')}\n`);
  }

  /** Adds rules, as nft(8) reads them. */
  async filter(rules: string): Promise<void> {
    await runCommand(this.command('nft', '-f', '-'), rules);
  }

  /** Sets a kernel parameter of this namespace, such as `net/ipv4/ip_forward`. */
  async set(parameter: string, value: string): Promise<void> {
    await runCommand(this.command('tee', `/proc/sys/${parameter}`), value);
  }

  /** Says under which addresses programs here find hosts by their names; for those that are running, too. */
  async nameHosts(addresses: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const lines = Object.entries({ localhost: ['127.0.0.1', '::1'], ...addresses }).flatMap(([name, all]) =>
      // With a dot too: WebRTC in Chromium asks for names in that form.
      all.map((address) => `${address} ${name} ${name}.\n`),
    );
    await writeFile(join(this.#files, 'hosts'), lines.join(''));
  }

  /** The command line by which a program runs in here. */
  command(program: string, ...args: readonly string[]): [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.name, program, ...args];
  }

  /** Has whatever runs in here stand still for a while, as a phone does in a pocket. */
  async sleep(forMs: number): Promise<void> {
    await signalAll(this.name, 'SIGSTOP');
    await wait(forMs);
    await signalAll(this.name, 'SIGCONT');
  }

  /** Ends whatever still runs in here, and takes the network away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await remove(this.name);
  }

  get #files(): string {
    return join(FILES, this.name);
  }
}

/** Removes what a run left that was killed before it could tidy up. */
export async function sweepNamespaces(): Promise<void> {
  const names = await readdir(HANDLES).catch(() => []);
  for (const name of names) {
    const owner = OWN_NAME.exec(name)?.[1];
    if (owner === undefined) continue;
    const isAlive = await access(`/proc/${owner}`).then(
      () => true,
      () => false,
    );
    if (!isAlive) await remove(name);
  }
}

async function remove(name: string): Promise<void> {
  await signalAll(name, 'SIGKILL');
  await runCommand(['ip', 'netns', 'del', name]);
  await rm(join(FILES, name), { recursive: true, force: true });
}

async function signalAll(name: string, signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void> {
  const pids = await runCommand(['ip', 'netns', 'pids', name]);
  for (const pid of pids.split('\n').filter(Boolean)) send(Number(pid), signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const hasEnded = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!hasEnded) throw error;
  }
}
