import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deriveInviteId } from '#shared/invite-id.ts';
import type { Message } from '#shared/message.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { AccessList } from '../access/access-list.ts';
import type { AccessState } from '../access/access-state.ts';
import type { Grant } from '../access/grant.ts';
import { createLog } from '../log.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { Lending, type LendingRequest } from './lending.ts';

const NOW = 2_000_000_000;
const camera = 'c'.repeat(43);
const hash = 'h'.repeat(43);
const nonce = token('nonce');
const owner = testOwner('owner');
const partner = testOwner('partner', { by: owner.gid });
const lender = testGrant('lender', { scope: ['watch', 'lend'], exp: NOW + 100, by: owner.gid });
const guest = testGrant('guest', { exp: NOW + 50, by: lender.gid });

let access: AccessList;
let isTrusted: boolean;
let now: number;
let journal: string[];
let save: (state: AccessState) => Promise<void>;
let lending: Lending;
let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
  [isTrusted, now, journal] = [true, NOW, []];
  save = async () => undefined;
  access = new AccessList(testState(owner, partner, lender, guest), (state) => save(state));
  lending = new Lending({
    cameraThumbprint: camera,
    access,
    presences: { seen: () => 1, watching: () => 2, isConfirming: () => true },
    watchLog: { read: async ({ before }) => ({ first: before ?? 0, page: null }) },
    clock,
    moment: () => ({ now, isTrusted }),
    revision: () => 7,
    log: createLog((line) => journal.push(line)),
  });
});

/** What the camera answers to a request on the channel of a grant. */
async function ask(from: Grant, request: LendingRequest): Promise<Message[]> {
  const replies: Message[] = [];
  await lending.handle(
    {
      ...{ request, hash, channel: { kind: 'grant', entryId: from.gid } },
      sender: { thumbprint: from.jkt, jwk: from.jwk },
      reply: async (reply) => {
        replies.push(reply);
      },
    },
    request,
  );
  return replies;
}

const lend = (change: object = {}): LendingRequest => ({
  type: 'lend',
  body: {
    ...{ nonce, secret: token('secret'), name: 'Ben', scope: ['watch'], nbf: null, exp: null, hours: null },
    ...{ duration: 60, open_until: NOW + 60, transfer: false, ...change },
  },
});
const revoke = (id: string): LendingRequest => ({ type: 'revoke', body: { nonce, id } });
const amend = (id: string, change: object): LendingRequest => ({
  type: 'amend',
  body: { nonce, id, ...change },
});
const listing: LendingRequest = { type: 'list', body: { nonce, after: null } };
const reading: LendingRequest = { type: 'log', body: { nonce, before: 9 } };

const done = [{ type: 'done', body: { rq: hash } }];
const refused = (code: string) => [{ type: 'refused', body: { rq: hash, code } }];

describe('lending', () => {
  it('takes up an invite by the id of its secret, in the name of whoever lends', async () => {
    const id = await deriveInviteId(token('secret'), camera);
    expect(await ask(lender, lend())).toEqual([{ type: 'lent', body: { rq: hash, id } }]);
    expect(access.state.invites).toMatchObject([{ id, by: lender.gid, madeAt: NOW, name: 'Ben' }]);
  });

  it('says the same again to whoever asks again, and takes nothing up', async () => {
    const first = await ask(lender, lend());
    expect(await ask(lender, lend())).toEqual(first);
    expect(access.state.invites).toHaveLength(1);
  });

  it('says so no more to one that may not lend any more', async () => {
    await ask(lender, lend());
    now = NOW + 100;
    expect(await ask(lender, lend())).toEqual(refused('expired'));
  });

  it('takes back, and changes', async () => {
    expect(await ask(owner, amend(guest.gid, { name: 'Benjamin' }))).toEqual(done);
    expect(access.find(guest.gid)?.name).toBe('Benjamin');
    expect(await ask(lender, revoke(guest.gid))).toEqual(done);
    expect(access.find(guest.gid)).toBeNull();
    expect(access.state.withdrawn).toMatchObject([{ at: NOW, by: lender.gid }]);
  });

  it('lists what the reader may see, with what phones are doing and how often the list has changed', async () => {
    const [answer] = await ask(lender, listing);
    expect(answer).toMatchObject({
      type: 'listed',
      body: {
        ...{ rq: hash, next: null, revision: 7 },
        entries: [
          { id: lender.gid, seen: 1, watching: 2, is_own: true },
          { id: guest.gid, is_own: false },
        ],
      },
    });
  });

  it('shows owners who watched', async () => {
    expect(await ask(owner, reading)).toEqual([{ type: 'logged', body: { rq: hash, first: 9, page: null } }]);
  });

  it('writes down who asked for what and what came of it, and no secret', async () => {
    await ask(lender, lend());
    await ask(guest, lend());
    await ask(owner, revoke(guest.gid));
    expect(journal).toEqual([
      'info lend by="lender--" outcome="done"',
      'info lend by="guest---" outcome="not_allowed"',
      'info revoke by="owner---" outcome="done"',
    ]);
    expect(journal.join()).not.toContain(token('secret'));
  });
});

describe('what is taken back before the camera has heard of it', () => {
  it('is not lent by a request that arrives later; of another phone it is', async () => {
    const id = await deriveInviteId(token('secret'), camera);
    expect(await ask(lender, revoke(id))).toEqual(refused('not_found'));
    expect(await ask(lender, lend())).toEqual(refused('withdrawn'));
    expect(access.state.invites).toEqual([]);
    expect(await ask(owner, lend())).toEqual([{ type: 'lent', body: { rq: hash, id } }]);
  });

  it('is remembered in bounds, for each phone by itself', async () => {
    const id = await deriveInviteId(token('secret'), camera);
    await ask(owner, revoke(id));
    for (let times = 0; times < 500; times += 1) await ask(lender, revoke(token(`nothing ${times}`)));
    expect(await ask(owner, lend())).toEqual(refused('withdrawn'));
    for (let times = 0; times < 100; times += 1) await ask(owner, revoke(token(`nothing ${times}`)));
    expect(await ask(owner, lend())).toMatchObject([{ type: 'lent' }]);
  });
});

describe('who may not lend', () => {
  it.each([
    ['lend', lend()],
    ['list', listing],
    ['revoke', revoke(lender.gid)],
    ['amend', amend(guest.gid, { name: 'Me' })],
    ['read the log', reading],
  ])('may not %s', async (_, request) => {
    const before = access.state;
    expect(await ask(guest, request)).toEqual(refused('not_allowed'));
    expect(access.state).toBe(before);
  });

  it('may give back what it has, also when its time is not known, has not begun, or is over', async () => {
    isTrusted = false;
    expect(await ask(guest, revoke(guest.gid))).toEqual(done);
    [isTrusted, now] = [true, NOW + 100];
    expect(await ask(lender, revoke(lender.gid))).toEqual(done);
    expect(access.state.grants).toEqual([owner, partner]);
  });

  it.each([
    ['a stranger', testOwner('stranger'), 'invalid_grant'],
    ['a guest whose time is over', lender, 'expired'],
  ])('is told: %s', async (_, from, code) => {
    now = NOW + 100;
    for (const request of [lend(), listing, revoke(guest.gid), amend(guest.gid, { name: 'Me' })])
      expect(await ask(from, request)).toEqual(refused(code));
  });

  it('is told that the time is not known', async () => {
    isTrusted = false;
    for (const request of [lend(), listing, revoke(guest.gid)])
      expect(await ask(lender, request)).toEqual(refused('clock_unsynced'));
    expect(await ask(owner, revoke(guest.gid))).toEqual(done);
  });
});

describe('a guest that lends', () => {
  it('may not read who watched', async () => {
    expect(await ask(lender, reading)).toEqual(refused('not_allowed'));
  });
});

describe('a guest that changes what it lent', () => {
  const rename = (from: Grant, name: string) => ask(from, amend(guest.gid, { name }));

  it('is not written to disk where nothing changes', async () => {
    expect(await rename(lender, guest.name)).toEqual(done);
    const before = access.state;
    for (let times = 0; times < 100; times += 1) await rename(lender, guest.name);
    expect(access.state).toBe(before);
    expect(await rename(lender, 'Ben')).toEqual(done);
  });

  it('may do so plenty of times at once, and then once a minute; it takes back whenever it likes', async () => {
    let writes = 0;
    save = async () => {
      writes += 1;
    };
    for (let times = 0; times < 500; times += 1) await rename(lender, `${times}`);
    expect(writes).toBeLessThan(100);
    expect(await rename(lender, 'Ben')).toEqual(refused('busy'));
    expect(await rename(owner, 'Ben')).toEqual(done);
    clock.advance(60_000);
    expect(await rename(lender, 'Carl')).toEqual(done);
    expect(await rename(lender, 'Dora')).toEqual(refused('busy'));
    expect(await ask(lender, revoke(guest.gid))).toEqual(done);
  });
});

describe('two who ask at once', () => {
  it('are owners that take each other out: the first one wins', async () => {
    const answers = await Promise.all([ask(owner, revoke(partner.gid)), ask(partner, revoke(owner.gid))]);
    expect(answers).toEqual([done, refused('invalid_grant')]);
    expect(access.state.grants).toEqual([owner, lender, guest]);
  });

  it('are owners that both go: one stays', async () => {
    const answers = await Promise.all([ask(owner, revoke(owner.gid)), ask(partner, revoke(partner.gid))]);
    expect(answers).toEqual([done, refused('last_owner')]);
  });

  it('are an owner that takes out a guest, and that guest, lending: nothing is lent', async () => {
    const [first, second] = await Promise.all([ask(owner, revoke(lender.gid)), ask(lender, lend())]);
    expect([first, second]).toEqual([done, refused('invalid_grant')]);
    expect(access.state.invites).toEqual([]);
  });

  it('are decided by the list and the time as they are when their turn comes', async () => {
    const written = Promise.withResolvers<void>();
    save = () => written.promise;
    const first = ask(owner, amend(lender.gid, { scope: ['watch'] }));
    const second = ask(lender, amend(guest.gid, { name: 'Me' }));
    const third = ask(lender, revoke(guest.gid));
    now = NOW + 10;
    written.resolve();
    expect(await first).toEqual(done);
    expect([await second, await third]).toEqual([refused('not_allowed'), refused('not_allowed')]);
  });
});

describe('an owner that changes what was lent', () => {
  it('may do so as often as it likes', async () => {
    for (let times = 0; times < 200; times += 1)
      expect(await ask(owner, amend(guest.gid, { name: `${times}` }))).toEqual(done);
  });
});

describe('a full disk', () => {
  it('is said to whoever asks, and what they asked has not happened', async () => {
    save = async () => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    const before = access.state;
    for (const request of [lend(), revoke(guest.gid), amend(guest.gid, { name: 'Me' })])
      expect(await ask(owner, request)).toEqual(refused('not_stored'));
    expect(access.state).toBe(before);
    expect(journal.join('\n')).toContain('code="ENOSPC"');
  });
});

describe('a list too long for one answer', () => {
  it('goes on after the entry that it is asked for', async () => {
    const crowd = Array.from({ length: 20 }, (_, index) => testInvite(`${index}`, { by: owner.gid }));
    access = new AccessList(testState(owner, ...crowd), vi.fn());
    lending = new Lending({
      ...{ cameraThumbprint: camera, access, log: createLog(() => undefined), revision: () => 0 },
      presences: { seen: () => null, watching: () => 0, isConfirming: () => false },
      watchLog: { read: async () => ({ first: 0, page: null }) },
      ...{ clock, moment: () => ({ now, isTrusted }) },
    });
    const [answer] = await ask(owner, { type: 'list', body: { nonce, after: token('18') } });
    expect(answer).toMatchObject({ body: { entries: [{ id: token('19') }], next: null } });
  });
});
