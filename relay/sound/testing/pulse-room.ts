import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soundEngineProgram } from '../engine/sound-engine.ts';

/** Whether there is a PulseAudio to try. */
export const hasPulseAudio = spawnSync('pulseaudio', ['--version']).status === 0;

/** A PulseAudio of its own, with a room in it: what is played at `pulse:room` is heard at `pulse:room.monitor`. */
export class PulseRoom implements AsyncDisposable {
  readonly #server: ChildProcess;
  readonly #directory: string;

  private constructor(server: ChildProcess, directory: string) {
    this.#server = server;
    this.#directory = directory;
  }

  static async open(): Promise<PulseRoom> {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-room-'));
    const socket = join(directory, 'socket');
    const modules = [
      `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
      'module-null-sink sink_name=room rate=48000',
    ];
    const settings = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--log-level=0'];
    const server = spawn('pulseaudio', [...settings, ...modules.flatMap((module) => ['-L', module])], {
      env: { ...process.env, HOME: directory, XDG_RUNTIME_DIR: directory, PULSE_RUNTIME_PATH: directory },
      stdio: 'ignore',
    });
    await untilThere(directory, socket);
    return new PulseRoom(server, directory);
  }

  /** What a program must have in its environment to find the room. */
  get environment(): Readonly<Record<string, string>> {
    return { PULSE_SERVER: `unix:${join(this.#directory, 'socket')}`, HOME: this.#directory };
  }

  /** The sound engine, in the room. */
  get engineProgram(): readonly [string, ...string[]] {
    const settings = Object.entries(this.environment).map(([name, value]) => `${name}=${value}`);
    return ['/usr/bin/env', ...settings, ...soundEngineProgram()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#server, 'exit');
    this.#server.kill();
    await exited;
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function untilThere(directory: string, path: string): Promise<void> {
  const watcher = watch(directory);
  try {
    while (!existsSync(path)) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}
