import { describe, expect, test } from 'vitest';
import { deriveInviteId } from '#shared/invite-id.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import { StorageError } from '../storage/storage-error.ts';
import { eventually } from '../testing/eventually.ts';
import { createLendingBench, fresh } from '../testing/lending-bench.ts';
import type { LendRequest, Loan, LoanState } from './lending.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

const request: LendRequest = {
  ...{ name: 'Anna', scope: ['watch'], hours: null, isTransfer: false },
  period: { type: 'duration', seconds: HOUR_S },
};

async function setUp() {
  const bench = await createLendingBench();
  await bench.online();
  const { desk, record, link, clock, camera } = bench;
  const lending = await desk.open(record.gid);
  const nowS = () => Math.floor(clock.nowMs() / 1000);
  /** Everything is closed, and nothing is left running. */
  const end = async () => {
    lending.close();
    desk.close();
    link.close();
    await eventually(() => clock.pending === 0);
    await camera.rendezvous.close();
    expect(bench.reported).toEqual([]);
  };
  return { ...bench, lending, nowS, end };
}

const becomes = (loan: Loan, type: LoanState['type']) => eventually(() => loan.state.value.type === type);

describe('lending', () => {
  test('gives a link at once, and the camera an invite of the same name', async () => {
    const { lending, camera, nowS, end } = await setUp();
    const loan = await lending.lend({ ...request, name: '  Anna   and Bea ' });
    expect(loan.state.value).toEqual({ type: 'sending' });
    const parsed = parseInviteLink(loan.link);
    expect(parsed).toEqual({ kind: 'lend', camera: camera.identity.thumbprint, secret: parsed.secret });
    expect(loan.id).toBe(await deriveInviteId(parsed.secret, parsed.camera));
    expect(loan.openUntil).toBe(nowS() + DAY_S);
    await becomes(loan, 'waiting');
    expect(camera.access.lends).toMatchObject([
      {
        ...{ secret: parsed.secret, name: 'Anna and Bea', scope: ['watch'], hours: null, transfer: false },
        ...{ nbf: null, exp: null, duration: HOUR_S, open_until: loan.openUntil },
      },
    ]);
    expect(lending.loans.value.map(({ id, link }) => [id, link])).toEqual([[loan.id, loan.link]]);
    loan.close();
    await end();
  });

  test('names the meeting point in the link where it is not the page’s own', async () => {
    const { desk, record, link, end } = await setUp();
    Object.assign(link, { camera: { ...record, rendezvous: 'wss://broker.example/mqtt' } });
    const lending = await desk.open(record.gid);
    const loan = await lending.lend(request);
    expect(parseInviteLink(loan.link).rendezvous).toBe('wss://broker.example/mqtt');
    lending.close();
    loan.close();
    await end();
  });

  test.each<[LendRequest['period'], number]>([
    [{ type: 'duration', seconds: 60 }, DAY_S],
    [{ type: 'endless' }, DAY_S],
    [{ type: 'until', nbf: null, exp: 2 * HOUR_S }, 2 * HOUR_S],
    [{ type: 'until', nbf: 5 * DAY_S, exp: 40 * DAY_S }, 7 * DAY_S],
  ])('of %o leaves the link open for %i s', async (period, seconds) => {
    const { lending, nowS, end } = await setUp();
    const now = nowS();
    const shift = (time: number | null) => (time === null ? null : now + time);
    const shifted =
      period.type === 'until' ? { ...period, nbf: shift(period.nbf), exp: now + period.exp } : period;
    const loan = await lending.lend({ ...request, period: shifted });
    expect(loan.openUntil).toBe(now + seconds);
    loan.close();
    await end();
  });

  test.each<Partial<LendRequest>>([
    { name: '  ' },
    { name: 'x'.repeat(65) },
    { name: 'a\u202eb' },
    { scope: [] },
    { period: { type: 'duration', seconds: 1 } },
    { period: { type: 'until', nbf: null, exp: 1.5 } },
    { hours: { tz: '', spans: [] } },
  ])('of what no camera would read is a mistake: %o', async (change) => {
    const { lending, camera, records, end } = await setUp();
    await expect(lending.lend({ ...request, ...change })).rejects.toThrow(RangeError);
    expect(records.loans.values.size).toBe(0);
    expect(camera.access.lends).toEqual([]);
    await end();
  });

  test('stores what is lent before anybody is told, and tells nobody what it cannot store', async () => {
    const { lending, camera, records, end } = await setUp();
    records.loans.fault = () => new StorageError('storage_failed', 'full');
    await expect(lending.lend(request)).rejects.toMatchObject({ code: 'storage_failed' });
    records.loans.fault = null;
    await fresh(lending);
    expect(camera.access.lends).toEqual([]);
    expect(lending.loans.value).toEqual([]);
    await end();
  });

  test('is not possible with a grant that is over', async () => {
    const { lending, camera, channel, link, records, end } = await setUp();
    await fresh(lending);
    await camera.end(channel, 'expired');
    await eventually(() => link.ending.value === 'expired');
    await expect(lending.lend(request)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(records.loans.values.size).toBe(0);
    await end();
  });

  test('follows what becomes of it, and forgets the secret when that is known', async () => {
    const { lending, camera, records, announce, end } = await setUp();
    const loan = await lending.lend(request);
    await becomes(loan, 'waiting');
    camera.access.change(camera.access.entries.map((entry) => ({ ...entry, is_confirming: true }) as never));
    await announce();
    await becomes(loan, 'confirming');
    expect(records.loans.values.size).toBe(1);
    camera.access.take(loan.id);
    await announce();
    await becomes(loan, 'taken');
    expect(loan.state.value).toEqual({ type: 'taken', device: 'Pixel 9' });
    expect(lending.loans.value).toEqual([]);
    expect(records.loans.values.size).toBe(0);
    loan.close();
    await end();
  });

  test('knows the fate of what somebody else took back, and of what is not there any more', async () => {
    const { lending, camera, clock, visibility, announce, nowS, end } = await setUp();
    const [one, two] = [await lending.lend(request), await lending.lend(request)];
    await Promise.all([becomes(one, 'waiting'), becomes(two, 'waiting')]);
    camera.access.change(camera.access.entries.filter(({ id }) => id !== one.id));
    await announce();
    await becomes(one, 'withdrawn');
    visibility.isVisible = false;
    clock.advance((two.openUntil - nowS()) * 1000);
    camera.access.change([]);
    await announce();
    await becomes(two, 'expired');
    one.close();
    two.close();
    await end();
  });

  test('shows the link again until somebody has used it, also after a restart of the app', async () => {
    const { desk: former, lending, record, createDesk, camera, announce, end } = await setUp();
    const loan = await lending.lend(request);
    await becomes(loan, 'waiting');
    former.close();
    const desk = createDesk();
    const again = await desk.open(record.gid);
    expect(again.loans.value.map(({ link, state }) => [link, state.value.type])).toEqual([
      [loan.link, 'waiting'],
    ]);
    await fresh(again);
    expect(camera.access.lends).toHaveLength(1);
    camera.access.take(loan.id);
    await announce();
    await eventually(() => again.loans.value.length === 0);
    again.close();
    desk.close();
    await end();
  });
});

describe('a camera that is away', () => {
  test('is told when it is back', async () => {
    const { lending, camera, goOffline, comeBack, end } = await setUp();
    await goOffline();
    const loan = await lending.lend(request);
    expect(loan.state.value).toEqual({ type: 'queued' });
    await comeBack();
    await becomes(loan, 'waiting');
    expect(new Set(camera.access.lends.map(({ secret }) => secret)).size).toBe(1);
    loan.close();
    await end();
  });

  test('is told by the next visit too, without anybody opening its list', async () => {
    const { lending, records, camera, createDesk, goOffline, comeBack, desk, heard, end } = await setUp();
    await fresh(lending);
    await goOffline();
    const loan = await lending.lend(request);
    desk.close();
    camera.heard.length = 0;
    const next = createDesk();
    await next.resume();
    await comeBack();
    await eventually(() => JSON.stringify(records.loans.values.get(loan.id)).includes('"lent"'));
    expect(camera.access.entries).toMatchObject([{ id: loan.id, name: 'Anna' }]);
    expect(heard('list')).toBe(0);
    next.close();
    await end();
  });

  test('has the link once, though its answer was lost and the app restarted', async () => {
    const { lending, camera, createDesk, desk, heard, record, end } = await setUp();
    await fresh(lending);
    camera.lostAnswers = 1;
    const loan = await lending.lend(request);
    await eventually(() => heard('lend') === 1);
    desk.close();
    const next = createDesk();
    const again = await next.open(record.gid);
    await eventually(() => again.loans.value[0]?.state.value.type === 'waiting');
    expect(again.loans.value[0]?.link).toBe(loan.link);
    expect(camera.access.entries).toHaveLength(1);
    next.close();
    await end();
  });

  test('is told again by and by where it does not notice that it was away', async () => {
    const { lending, camera, clock, heard, end } = await setUp();
    await fresh(lending);
    camera.deafTo = 'lend';
    const loan = await lending.lend(request);
    await eventually(() => heard('lend') === 1);
    clock.advance(4_000);
    await eventually(() => heard('lend') === 2);
    clock.advance(4_000);
    await becomes(loan, 'queued');
    camera.deafTo = null;
    clock.advance(10_000);
    await becomes(loan, 'waiting');
    await end();
  });

  test('is not told of what has run out meanwhile', async () => {
    const { lending, camera, clock, visibility, records, goOffline, comeBack, end } = await setUp();
    await fresh(lending);
    await goOffline();
    visibility.isVisible = false;
    const loan = await lending.lend(request);
    await eventually(() => camera.heard.includes('lend'));
    clock.advance(4_000);
    clock.advance(DAY_S * 1_000);
    await comeBack();
    await becomes(loan, 'expired');
    expect(camera.access.lends).toEqual([]);
    expect(records.loans.values.size).toBe(0);
    await end();
  });

  test.each(['busy', 'clock_unsynced'] as const)('that is %s is told later', async (code) => {
    const { lending, camera, clock, end } = await setUp();
    camera.access.refusal = code;
    const loan = await lending.lend(request);
    await becomes(loan, 'queued');
    camera.access.refusal = null;
    clock.advance(10_000);
    await becomes(loan, 'waiting');
    await end();
  });
});

describe('a refusal', () => {
  test('is shown, and what was refused is forgotten', async () => {
    const { lending, camera, records, record, desk, end } = await setUp();
    camera.access.refusal = 'beyond_own';
    const loan = await lending.lend(request);
    await becomes(loan, 'refused');
    expect(loan.state.value).toEqual({ type: 'refused', code: 'beyond_own' });
    expect(records.loans.values.size).toBe(0);
    expect(lending.loans.value).toHaveLength(1);
    loan.close();
    lending.close();
    const again = await desk.open(record.gid);
    expect(again.loans.value).toEqual([]);
    again.close();
    await end();
  });

  test('that came while nobody looked is shown the next time', async () => {
    const { lending, camera, records, record, createDesk, desk, goOffline, comeBack, end } = await setUp();
    await fresh(lending);
    await goOffline();
    const { id } = await lending.lend(request);
    desk.close();
    camera.access.refusal = 'too_many';
    const next = createDesk();
    await next.resume();
    await comeBack();
    await eventually(() => JSON.stringify(records.loans.values.get(id)).includes('too_many'));
    next.close();
    const last = createDesk();
    await last.resume();
    const again = await last.open(record.gid);
    expect(again.loans.value.map(({ state }) => state.value)).toEqual([
      { type: 'refused', code: 'too_many' },
    ]);
    again.close();
    await eventually(() => records.loans.values.size === 0);
    last.close();
    await end();
  });
});

describe('taking back', () => {
  test('what the camera has', async () => {
    const { lending, camera, records, end } = await setUp();
    const loan = await lending.lend(request);
    await becomes(loan, 'waiting');
    await loan.withdraw();
    expect(loan.state.value).toEqual({ type: 'withdrawn' });
    expect(camera.access.entries).toEqual([]);
    expect(lending.loans.value).toEqual([]);
    expect(records.loans.values.size).toBe(0);
    await loan.withdraw();
    expect(camera.access.changes).toHaveLength(1);
    await end();
  });

  test('what the camera may have had, and never had', async () => {
    const { lending, camera, clock, heard, goOffline, comeBack, end } = await setUp();
    await fresh(lending);
    await goOffline();
    const loan = await lending.lend(request);
    await eventually(() => heard('lend') === 1);
    camera.isListening = true;
    await loan.withdraw();
    expect(loan.state.value).toEqual({ type: 'withdrawn' });
    await comeBack();
    clock.advance(60_000);
    expect(heard('lend')).toBe(1);
    await end();
  });

  test('what is on its way leaves nothing behind, however often it is taken back', async () => {
    const { lending, camera, clock, comeBack, end } = await setUp();
    await fresh(lending);
    const loan = await lending.lend(request);
    const withdrawing = [loan.withdraw(), loan.withdraw()];
    await comeBack();
    await Promise.all(withdrawing);
    expect(loan.state.value).toEqual({ type: 'withdrawn' });
    clock.advance(20_000);
    await fresh(lending);
    expect(camera.access.entries).toEqual([]);
    expect(camera.access.changes).toHaveLength(1);
    await end();
  });

  test('does not work without the camera, which is told of the look later', async () => {
    const { lending, clock, heard, goOffline, comeBack, end } = await setUp();
    await fresh(lending);
    await goOffline();
    const loan = await lending.lend(request);
    await eventually(() => heard('lend') === 1);
    const withdrawing = loan.withdraw().catch(({ code }) => code);
    await eventually(() => heard('revoke') === 1);
    clock.advance(4_000);
    expect(await withdrawing).toBe('camera_offline');
    expect(loan.state.value).toEqual({ type: 'queued' });
    await comeBack();
    await becomes(loan, 'waiting');
    await end();
  });

  test('of a transfer’s grant leaves the look to its heir, and all others to nobody', async () => {
    const { lending, camera, channel, clock, records, link, end } = await setUp();
    const plain = await lending.lend(request);
    const transfer = await lending.lend({
      ...request,
      ...{ name: 'Bea', scope: ['owner'], period: { type: 'endless' }, isTransfer: true },
    });
    await Promise.all([becomes(plain, 'waiting'), becomes(transfer, 'waiting')]);
    await camera.end(channel, 'revoked');
    await eventually(() => link.ending.value === 'revoked');
    clock.advance(3_000);
    expect(transfer.state.value).toEqual({ type: 'taken', device: 'Bea' });
    expect(plain.state.value).toEqual({ type: 'withdrawn' });
    expect(records.loans.values.size).toBe(0);
    await end();
  });
});

describe('an entry of the list', () => {
  const listed = async () => {
    const parts = await setUp();
    const loan = await parts.lending.lend(request);
    await becomes(loan, 'waiting');
    parts.camera.access.take(loan.id);
    await parts.announce();
    await becomes(loan, 'taken');
    return { ...parts, id: loan.id };
  };

  test('is changed by the camera, which then says so', async () => {
    const { lending, camera, id, nowS, end } = await listed();
    const exp = nowS() + 2 * HOUR_S;
    await lending.amend(id, { name: ' Anna B. ', exp, hours: null });
    const { nonce } = camera;
    expect(camera.access.changes).toEqual([{ nonce, id, name: 'Anna B.', exp, hours: null }]);
    await eventually(
      () => lending.access.value.type === 'known' && lending.access.value.entries[0]?.name === 'Anna B.',
    );
    await end();
  });

  test.each([{ name: '' }, { scope: [] }, { exp: 0.5 }])('is not changed to %o', async (change) => {
    const { lending, camera, id, end } = await listed();
    await expect(lending.amend(id, change)).rejects.toThrow(RangeError);
    expect(camera.access.changes).toEqual([]);
    await end();
  });

  test('is taken back, or stays as the camera says', async () => {
    const { lending, camera, id, end } = await listed();
    camera.access.refusal = 'last_owner';
    await expect(lending.revoke(id)).rejects.toMatchObject({ code: 'last_owner' });
    expect(await fresh(lending)).toHaveLength(1);
    camera.access.refusal = null;
    await lending.revoke(id);
    await eventually(
      () => lending.access.value.type === 'known' && lending.access.value.entries.length === 0,
    );
    await end();
  });
});

describe('a camera that is forgotten', () => {
  test('has its grant back, and nothing is left of what was lent', async () => {
    const { lending, desk, camera, record, records, link, end } = await setUp();
    camera.access.entries = [];
    const loan = await lending.lend(request);
    await becomes(loan, 'waiting');
    await fresh(lending);
    await eventually(() => records.accessLists.values.size === 1);
    await records.loans.write('another', { id: 'another' });
    await desk.leave(record, link);
    expect(camera.access.changes).toMatchObject([{ id: record.gid }]);
    expect(records.accessLists.values.size + records.loans.values.size).toBe(0);
    await expect(lending.lend(request)).rejects.toMatchObject({ code: 'invalid_grant' });
    await end();
  });

  test.each(['last_owner', 'invalid_grant'] as const)('may answer %s', async (code) => {
    const { desk, camera, record, link, end } = await setUp();
    camera.access.refusal = code;
    await desk.leave(record, link);
    await end();
  });

  test('is given three seconds', async () => {
    const { lending, desk, camera, record, link, clock, heard, end } = await setUp();
    await fresh(lending);
    camera.isListening = false;
    const leaving = desk.leave(record, link);
    await eventually(() => heard('revoke') === 1);
    clock.advance(3_000);
    await leaving;
    await end();
  });
});
