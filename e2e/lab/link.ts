import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Namespace } from './namespace.ts';

/** Debian's own Python, whichever stands first in the search path. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = join(import.meta.dirname, 'link.py');

/** How one way through a link is. What is not said stays as it was. */
export interface WaySettings {
  /** False: nothing passes, and what is on its way is lost. Default true. */
  readonly isUp?: boolean;
  /** Bits a second; 0, the default, is without limit. */
  readonly rateBps?: number;
  readonly delayMs?: number;
  /** At most, on top of the delay; packets keep their order. */
  readonly jitterMs?: number;
  /** Share of packets that are lost, 0 to 1. */
  readonly loss?: number;
  /** What may wait for its turn, at the link's rate; the rest is dropped. Default 300. */
  readonly queueMs?: number;
}

/** What passed one way since the last report. */
export interface WayReport {
  readonly packets: number;
  readonly bytes: number;
  /** By chance, or because the link was down. */
  readonly lost: number;
  /** Because too much was waiting. */
  readonly dropped: number;
  /** By how much packets left later than they should have. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** One end of a link: a device in a namespace. */
export interface LinkEnd {
  readonly namespace: Namespace;
  readonly device: string;
}

/** A link between two namespaces that is as slow, lossy or broken as it is told (`link.py`). */
export class Link implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #reader: Interface;
  /** One command at a time: answers come in their order. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcess, reader: Interface) {
    this.#process = child;
    this.#reader = reader;
    this.#answers = reader[Symbol.asyncIterator]();
  }

  /** Makes both devices, which are down and without addresses. */
  static async open(near: LinkEnd, far: LinkEnd): Promise<Link> {
    const args = [near, far].flatMap(({ namespace, device }) => [namespace.name, device]);
    const child = spawn(PYTHON, [PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    const link = new Link(child, createInterface({ input: child.stdout }));
    await link.#answer();
    return link;
  }

  /** Changes the link from this moment on; `up` and `down` as seen from the near end. */
  async set(settings: { readonly up?: WaySettings; readonly down?: WaySettings }): Promise<void> {
    const { up = {}, down = {} } = settings;
    await this.#ask({ aToB: up, bToA: down });
  }

  /** Changes both ways alike. */
  async setBoth(settings: WaySettings): Promise<void> {
    await this.set({ up: settings, down: settings });
  }

  async report(): Promise<{ readonly up: WayReport; readonly down: WayReport }> {
    // Our own program, whose form the tests of this file hold.
    const { aToB: up, bToA: down } = JSON.parse(await this.#ask({ report: true }));
    return { up, down };
  }

  /** Takes both devices away. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.stdin?.end();
      await ended;
    }
    this.#reader.close();
  }

  #ask(command: unknown): Promise<string> {
    const turn = this.#turn.then(() => {
      this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
      return this.#answer();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('the link has ended; its complaint is above');
    return value;
  }
}
