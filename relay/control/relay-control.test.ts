import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Identity } from '#shared/envelope.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import type { GrantTerms } from '#shared/terms.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker, type MemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { AccessList } from '../access/access-list.ts';
import { loadConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { type Relay, startRelay } from '../relay.ts';
import { StateDirectory } from '../storage/state-directory.ts';
import { testOwner, testState } from '../testing/access-entries.ts';
import { SettledTime } from '../testing/settled-time.ts';
import { TestDisplay } from '../testing/test-display.ts';
import { TestPhone } from '../testing/test-phone.ts';
import { createRelayControl } from './relay-control.ts';

let directory: string;
let broker: MemoryBroker;
let clock: FakeClock;
let display: TestDisplay;
let relay: Relay;
let camera: Identity;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-relay-control-'));
  broker = createMemoryBroker();
  clock = new FakeClock();
  display = new TestDisplay();
  await start();
});

afterEach(async () => {
  await relay.close();
  await rm(directory, { recursive: true });
});

async function start(): Promise<void> {
  const state = new StateDirectory(directory, clock);
  relay = await startRelay({
    config: loadConfig({ LATCHKEY_NAME: 'Kitchen' }),
    ...{ state, display, clock, rendezvous: broker.connect(), time: new SettledTime() },
    source: { acquire: () => () => undefined, setBitrate: () => undefined, requestKeyframe: () => undefined },
    log: createLog(() => undefined),
  });
  ({ identity: camera } = await state.open());
}

/** Scans a link; what the phone got, and its grant's channel where it was let in. */
async function scan(link: string) {
  const phone = await TestPhone.create(broker.connect());
  const invite = await phone.open(parseInviteLink(link).secret, camera, { introduce: true });
  const terms = await phone.redeem(invite);
  return { phone, terms };
}

async function own(link: string): Promise<{ terms: GrantTerms; phone: TestPhone }> {
  const { phone, terms } = await scan(link);
  if (typeof terms === 'string') throw new TypeError(terms);
  return { phone, terms };
}

describe('at the command line, a camera', () => {
  it('makes a code for its first owner', async () => {
    const { link, isFirst } = await relay.control.newCode();
    expect(isFirst).toBe(true);
    expect(display.links).not.toContain(link);
    expect((await own(link)).terms.terms.scope).toEqual(['owner']);
  });

  it('makes a code for a further owner, who is asked for no digits', async () => {
    await own(display.links[0] ?? '');
    const { link, isFirst } = await relay.control.newCode();
    expect(isFirst).toBe(false);
    expect((await own(link)).terms.terms.scope).toEqual(['owner']);
    expect(relay.control.presences()).toHaveLength(2);
  });

  it('tells when it heard of a phone', async () => {
    const { phone, terms } = await own(display.links[0] ?? '');
    expect(relay.control.presences()).toEqual([{ gid: terms.gid, seen: null, watching: 0 }]);
    const channel = await phone.open(terms.psk, camera, { introduce: false });
    await channel.list();
    const seen = clock.nowMs() / 1000;
    await vi.waitFor(() => expect(relay.control.presences()[0]?.seen).toBe(seen));
  });

  it('takes back all but its last owner', async () => {
    const first = await own(display.links[0] ?? '');
    expect(await relay.control.withdraw(first.terms.gid)).toBe('last_owner');
    const second = await own((await relay.control.newCode()).link);
    expect(await relay.control.withdraw(first.terms.gid)).toBe('done');
    expect(await relay.control.withdraw(first.terms.gid)).toBe('not_found');
    expect(relay.control.presences().map(({ gid }) => gid)).toEqual([second.terms.gid]);
  });
});

describe('a camera that forgets', () => {
  it('tells its phones, keeps nothing, and is another one afterwards', async () => {
    const { phone, terms } = await own(display.links[0] ?? '');
    const channel = await phone.open(terms.psk, camera, { introduce: false });
    const before = camera.thumbprint;
    await relay.control.forget();
    expect((await channel.next('ended')).body.reason).toBe('revoked');
    expect(await readdir(directory)).toEqual([]);
    await relay.close();
    expect(await readdir(directory)).toEqual([]);
    await start();
    expect(camera.thumbprint).not.toBe(before);
  });

  it('lets nobody in any more', async () => {
    const link = display.links[0] ?? '';
    const phone = await TestPhone.create(broker.connect());
    const invite = await phone.open(parseInviteLink(link).secret, camera, { introduce: true });
    const forgotten = relay.control.forget();
    void phone.redeem(invite);
    await forgotten;
    await relay.close();
    expect(await readdir(directory)).toEqual([]);
    expect(display.claims).toEqual([]);
  });

  it('waits for no broker that is away', async () => {
    const away: Promise<void> = new Promise(() => undefined);
    const control = createRelayControl({
      privacy: unused,
      lightFault: () => null,
      health: unused,
      access: new AccessList(testState(testOwner('anna')), () => Promise.reject(new TypeError('not kept'))),
      ...{ claiming: unused, presences: unused, rendezvous: unused, time: unused, clock },
      ...{ erase: async () => undefined, settled: () => away, log: createLog(() => undefined) },
    });
    const timers = clock.pending;
    const forgotten = control.forget();
    await vi.waitFor(() => expect(clock.pending).toBe(timers + 1));
    clock.advance(1_000);
    await forgotten;
    expect(clock.pending).toBe(timers);
  });
});

/** A part that is not asked for anything. */
const unused = new Proxy<never>({} as never, {
  get: (_, name) => {
    throw new TypeError(`asked for ${String(name)}`);
  },
});
