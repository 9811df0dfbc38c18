import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { numericDateOf } from '#shared/clock.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { AccessList } from '../access/access-list.ts';
import { createLog } from '../log.ts';
import { testInvite, testOwner, testState } from '../testing/access-entries.ts';
import { TestDisplay } from '../testing/test-display.ts';
import { Claiming, INVITE_GRACE_S, INVITE_PERIOD_S } from './claiming.ts';

const camera = 'c'.repeat(43);
const owner = testOwner('owner');

let clock: FakeClock;
let display: TestDisplay;
let access: AccessList;
let claiming: Claiming;
let changes: number;

beforeEach(() => {
  clock = new FakeClock();
  display = new TestDisplay();
  changes = 0;
  create();
});

afterEach(() => {
  claiming.close();
  expect(clock.pending).toBe(0);
});

function create(state = testState(), rendezvousUrl: string | null = null): void {
  access = new AccessList(state, async () => undefined);
  claiming = new Claiming({
    ...{ cameraThumbprint: camera, pageUrl: 'https://latchkey.example/', rendezvousUrl },
    ...{ access, display, clock, log: createLog(() => undefined) },
    onChange: () => {
      changes += 1;
    },
  });
}

const claim = () => access.change((state) => ({ state: { ...state, grants: [owner] }, result: null }));
const secrets = () => claiming.invites.map(({ secret }) => secret);
const shown = () => display.links.map((link) => parseInviteLink(link).secret);

/** Lets codes that are being made be shown. */
const untilShown = (count: number) => vi.waitFor(() => expect(display.links).toHaveLength(count));

describe('a camera without an owner', () => {
  it('shows a code that is good, under its id, with what a phone must know', async () => {
    await claiming.start();
    const [link = ''] = display.links;
    const { kind, camera: named, secret, rendezvous } = parseInviteLink(link);
    expect([kind, named, rendezvous]).toEqual(['claim', camera, undefined]);
    expect(secrets()).toEqual([secret]);
    expect(claiming.find(await deriveInviteId(secret, camera))?.secret).toBe(secret);
    expect(changes).toBe(1);
  });

  it('names the broker where that is not the one of the page', async () => {
    claiming.close();
    create(testState(), 'wss://broker.example/mqtt');
    await claiming.start();
    expect(parseInviteLink(display.links[0] ?? '').rendezvous).toBe('wss://broker.example/mqtt');
  });

  it('shows another every ten minutes, while the one before stays good for a minute', async () => {
    await claiming.start();
    clock.advance(INVITE_PERIOD_S * 1000);
    await untilShown(2);
    expect(secrets()).toEqual(shown());
    clock.advance((INVITE_GRACE_S + 1) * 1000);
    expect(secrets()).toEqual(shown().slice(1));
    expect(changes).toBe(3);
  });

  it.each([
    ['forward', 3600_000],
    ['back', -3600_000],
  ])('keeps a code as long as it said, also when its clock is set %s', async (_, ms) => {
    await claiming.start();
    clock.step(ms);
    clock.advance((INVITE_PERIOD_S + INVITE_GRACE_S) * 1000);
    await untilShown(2);
    expect(secrets()).toEqual(shown());
    clock.advance(1000);
    expect(secrets()).toEqual(shown().slice(1));
  });

  it('shows no more once it is claimed, and lets the last one run out', async () => {
    await claiming.start();
    await claim();
    expect(secrets()).toEqual(shown());
    expect(clock.pending).toBe(1);
    clock.advance((INVITE_PERIOD_S + INVITE_GRACE_S + 1) * 1000);
    expect([secrets(), display.links.length]).toEqual([[], 1]);
  });

  it('shows nothing more once it is closed, also where a code was just being made', async () => {
    await claiming.start();
    clock.advance(INVITE_PERIOD_S * 1000);
    const renewed = claiming.renew();
    claiming.close();
    await renewed;
    expect(display.links).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

describe('a camera with an owner', () => {
  beforeEach(() => create(testState(owner)));

  it('says so, and shows no code', async () => {
    await claiming.start();
    expect([display.timesOwned, display.links, clock.pending]).toEqual([1, [], 0]);
  });

  it('shows a code for a further one when asked, which is in the list like any other', async () => {
    await claiming.start();
    await claiming.renew();
    const { secret } = parseInviteLink(display.links[0] ?? '');
    const openUntil = numericDateOf(clock) + INVITE_PERIOD_S + INVITE_GRACE_S;
    expect(display.links).toHaveLength(1);
    expect(claiming.invites).toEqual([]);
    expect(access.state.invites).toMatchObject([{ secret, scope: ['owner'], by: null, openUntil }]);
  });
});

describe('a code for a further owner', () => {
  const listed = () => access.state.invites.at(-1) ?? testInvite('none');

  beforeEach(async () => {
    create(testState(owner, testInvite('lent', { by: owner.gid, scope: ['owner'] })));
    await claiming.createCode();
  });

  it('is over when its time has passed, and not when the clock says so', () => {
    clock.step(3600_000);
    expect(claiming.isOver(listed())).toBe(false);
    clock.step(-2 * 3600_000);
    clock.advance((INVITE_PERIOD_S + INVITE_GRACE_S) * 1000);
    expect(claiming.isOver(listed())).toBe(false);
    clock.advance(1000);
    expect(claiming.isOver(listed())).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is over when the camera is started again', () => {
    claiming.close();
    create(access.state);
    expect(claiming.isOver(listed())).toBe(true);
  });

  it('is another thing than what owners lend, which has its own end', () => {
    const [lent = testInvite('none')] = access.state.invites;
    expect(claiming.isOver(lent)).toBe(false);
    expect(claiming.isOver({ ...listed(), scope: ['watch'] })).toBe(false);
  });
});
