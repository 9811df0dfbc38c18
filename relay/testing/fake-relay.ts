import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { ControlAnswers, ControlRequest } from '../control/control-protocol.ts';
import { ControlServer } from '../control/control-server.ts';
import { createLog } from '../log.ts';
import { lockState } from '../storage/state-lock.ts';

/** What a relay that is well answers. */
const ANSWERS: ControlAnswers = {
  status: {
    ...{ version: '0.0.0', pid: 4711, since: 0, rendezvous: 'online', clock: 'synchronised', watching: 0 },
    ...{ off: false, light_fault: null },
  },
  'new-code': { link: 'https://latchkey.example/#c1.a.b', valid_minutes: 10, is_first: true },
  presences: { phones: [] },
  withdraw: { outcome: 'done' },
  privacy: { outcome: 'done', off: false, until: null, why: null },
  health: {
    ...{ at_ms: 0, version: '0.0.0', since: 0, views: [] },
    machine: { temperature: null, strains: null, load: 0, uptime: 0, disk_free: null },
    picture: { source: null, pictures: 0, bytes: 0 },
  },
  forget: {},
};

/** A relay as the command line sees it: the lock, the socket, and answers. */
export class FakeRelay implements AsyncDisposable {
  /** What it was asked, in order. */
  readonly asked: readonly ControlRequest[];
  readonly #server: ControlServer;
  readonly #release: () => void;

  private constructor(server: ControlServer, release: () => void, asked: ControlRequest[]) {
    this.#server = server;
    this.#release = release;
    this.asked = asked;
  }

  static async start(directory: string, answers: Partial<ControlAnswers> = {}): Promise<FakeRelay> {
    const attempt = await lockState(directory);
    if (attempt.type !== 'locked') throw new TypeError(`the state directory is ${attempt.type}`);
    const asked: ControlRequest[] = [];
    const server = await ControlServer.open({
      ...{ directory, clock: new FakeClock(), log: createLog(() => undefined) },
      handle: async (request) => {
        asked.push(request);
        return { ...ANSWERS, ...answers }[request.type];
      },
    });
    return new FakeRelay(server, () => attempt.lock.release(), asked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    this.#release();
  }
}
