import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { AccessList } from '../access/access-list.ts';
import type { AccessState } from '../access/access-state.ts';
import { createLog } from '../log.ts';
import { testInvite, testOwner, testState } from '../testing/access-entries.ts';
import { TestDisplay } from '../testing/test-display.ts';
import { Claiming, INVITE_GRACE_S, INVITE_PERIOD_S, MAX_CODES } from './claiming.ts';

let clock: FakeClock;
let display: TestDisplay;
let changes: number;

beforeEach(() => {
  clock = new FakeClock();
  display = new TestDisplay();
  changes = 0;
});

function claimingOf(state: AccessState): { claiming: Claiming; access: AccessList } {
  const access = new AccessList(state, async () => undefined);
  const claiming = new Claiming({
    ...{ cameraThumbprint: 'c'.repeat(43), access, display, clock, log: createLog(() => undefined) },
    ...{ pageUrl: 'https://latchkey.example/', rendezvousUrl: null },
    onChange: () => {
      changes += 1;
    },
  });
  return { claiming, access };
}

describe('a code that somebody asks for', () => {
  it('of a camera without an owner is good beside the one on the display, and as long', async () => {
    const { claiming } = claimingOf(testState());
    await claiming.start();
    const code = await claiming.createCode();
    expect(code).toMatchObject({ isFirst: true, validMinutes: INVITE_PERIOD_S / 60 });
    expect(display.links).toHaveLength(1);
    expect(claiming.invites).toHaveLength(2);
    clock.advance((INVITE_PERIOD_S + INVITE_GRACE_S + 1) * 1000);
    expect(claiming.invites.map(({ madeAt }) => madeAt)).not.toContain(Date.UTC(2030, 0, 1) / 1000);
    claiming.close();
    expect(clock.pending).toBe(0);
  });

  it('of a camera with an owner is an invite of nobody’s, on disk', async () => {
    const { claiming, access } = claimingOf(testState(testOwner('anna')));
    await claiming.start();
    const { isFirst } = await claiming.createCode();
    expect(isFirst).toBe(false);
    expect(access.state.invites).toMatchObject([{ by: null, scope: ['owner'], isTransfer: false }]);
    expect(claiming.invites).toEqual([]);
  });

  it('makes the oldest give way when there are many', async () => {
    const { claiming } = claimingOf(testState());
    for (let asked = 0; asked < MAX_CODES + 3; asked++) await claiming.createCode();
    expect(claiming.invites).toHaveLength(MAX_CODES);
    expect(clock.pending).toBe(MAX_CODES);
    expect(changes).toBe(MAX_CODES + 3);
    claiming.close();
  });

  it('makes the oldest of its kind give way, and nothing that was lent', async () => {
    const lent = testInvite('guest', { by: testOwner('anna').gid });
    const transfer = testInvite('new', { by: testOwner('anna').gid, scope: ['owner'] });
    const { claiming, access } = claimingOf(testState(testOwner('anna'), lent, transfer));
    for (let asked = 0; asked < MAX_CODES + 3; asked++) await claiming.createCode();
    const { invites } = access.state;
    expect(invites.filter(({ by }) => by === null)).toHaveLength(MAX_CODES);
    expect(invites).toEqual(expect.arrayContaining([lent, transfer]));
  });
});
