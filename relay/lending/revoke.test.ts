import { describe, expect, it } from 'vitest';
import { lentOf } from '../access/access-state.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { MAX_WITHDRAWN, revoke, withdraw, withoutAnybody } from './revoke.ts';

const NOW = 1_000;
const owner = testOwner('owner');
const partner = testOwner('partner', { by: owner.gid });
const lender = testGrant('lender', { scope: ['watch', 'lend'], by: owner.gid });
const guest = testGrant('guest', { scope: ['watch', 'lend'], by: lender.gid });
const friend = testGrant('friend', { by: guest.gid });
const sibling = testGrant('sibling', { by: owner.gid });
const link = testInvite('link', { by: lender.gid });
const crown = testInvite('crown', { scope: ['owner'], by: owner.gid });
const state = testState(owner, partner, lender, guest, friend, sibling, link, crown);

const names = (entries: readonly { name: string }[] = []) => entries.map(({ name }) => name);
const said = (actor: typeof owner, id: string, of = state) => revoke(of, actor, id, NOW).result;

describe('taking back', () => {
  it('takes all that was lent by it too, and says who did it and when', () => {
    const { state: after, result } = revoke(state, owner, lender.gid, NOW);
    expect(result).toBe('done');
    expect(names(after?.grants)).toEqual(['owner', 'partner', 'sibling']);
    expect(names(after?.invites)).toEqual(['crown']);
    expect(after?.withdrawn).toEqual([
      { entry: { kind: 'invite', invite: link }, at: NOW, by: owner.gid },
      { entry: { kind: 'grant', grant: friend }, at: NOW, by: owner.gid },
      { entry: { kind: 'grant', grant: guest }, at: NOW, by: owner.gid },
      { entry: { kind: 'grant', grant: lender }, at: NOW, by: owner.gid },
    ]);
  });

  it('takes a link', () => {
    const { state: after } = revoke(state, lender, link.id, NOW);
    expect(names(after?.invites)).toEqual(['crown']);
    expect(after?.grants).toEqual(state.grants);
  });

  it('takes with an owner its guests and its links, for owners too, but no other owner', () => {
    const { state: after } = revoke(state, partner, owner.gid, NOW);
    expect(names(after?.grants)).toEqual(['partner']);
    expect(after?.invites).toEqual([]);
    expect(after?.withdrawn).toHaveLength(7);
  });

  it.each([
    ['an owner', 'any guest', 'done', owner, friend.gid],
    ['an owner', 'another owner', 'done', partner, owner.gid],
    ['an owner', 'a link for an owner', 'done', partner, crown.id],
    ['an owner', 'itself, where there is another', 'done', owner, owner.gid],
    ['a guest', 'what it lent', 'done', lender, guest.gid],
    ['a guest', 'what was lent on of that', 'done', lender, friend.gid],
    ['a guest', 'its own link', 'done', lender, link.id],
    ['a guest', 'itself', 'done', friend, friend.gid],
    ['a guest', 'an owner', 'not_found', lender, owner.gid],
    ['a guest', 'a link for an owner', 'not_found', lender, crown.id],
    ['a guest', 'a sibling', 'not_found', lender, sibling.gid],
    ['a guest', 'its lender', 'not_found', guest, lender.gid],
    ['a guest', 'a link of its lender', 'not_found', guest, link.id],
    ['an owner', 'what nobody knows', 'not_found', owner, token('nothing')],
  ])('by %s, of %s, is %s', (_, __, expected, actor, id) => {
    expect(said(actor, id)).toBe(expected);
  });

  it('leaves a camera its last owner, whoever asks', () => {
    const alone = testState(owner, lender, guest);
    expect(revoke(alone, owner, owner.gid, NOW)).toEqual({ result: 'last_owner' });
    expect(withdraw(alone, owner.gid, { at: NOW, by: null })).toEqual({ result: 'last_owner' });
    expect(said(owner, lender.gid, alone)).toBe('done');
  });

  it('reaches what hangs on one who may not lend any more', () => {
    const deprived = testState(owner, lender, { ...guest, scope: ['watch'] }, friend);
    expect(said(lender, friend.gid, deprived)).toBe('done');
    expect(revoke(deprived, owner, guest.gid, NOW).state?.withdrawn).toHaveLength(2);
  });

  it('is done where it is done already, as far as whoever asks may know', () => {
    const gone = revoke(state, owner, guest.gid, NOW).state ?? state;
    for (const actor of [owner, partner, lender]) expect(said(actor, guest.gid, gone)).toBe('done');
    expect(said(sibling, guest.gid, gone)).toBe('not_found');
    expect(said(lender, friend.gid, gone)).toBe('not_found');
  });

  it('at the camera itself is told apart from that by a phone', () => {
    const { state: after } = withdraw(state, sibling.gid, { at: NOW, by: null });
    expect(after?.withdrawn).toEqual([{ entry: { kind: 'grant', grant: sibling }, at: NOW, by: null }]);
    expect(withdraw(state, token('nothing'), { at: NOW, by: null })).toEqual({ result: 'not_found' });
  });

  it('remembers so many, and forgets the oldest', () => {
    const guests = Array.from({ length: MAX_WITHDRAWN }, (_, index) =>
      testGrant(`old ${index}`, { by: owner.gid }),
    );
    let after = testState(owner, ...guests, sibling);
    for (const { gid } of [...guests, sibling]) after = revoke(after, owner, gid, NOW).state ?? after;
    expect(after.grants).toEqual([owner]);
    expect(after.withdrawn).toHaveLength(MAX_WITHDRAWN);
    expect(after.withdrawn.at(-1)?.entry).toMatchObject({ grant: sibling });
    expect(after.withdrawn[0]?.entry).toMatchObject({ grant: { name: 'old 1' } });
  });

  it('of more than that at once forgets links first, and owners last', () => {
    const guests = Array.from({ length: MAX_WITHDRAWN - 2 }, (_, index) =>
      testGrant(`guest ${index}`, { by: owner.gid }),
    );
    const links = ['one', 'two', 'three'].map((name) => testInvite(name, { by: owner.gid }));
    const { withdrawn } = withoutAnybody(testState(owner, ...guests, ...links), { at: NOW, by: null });
    const names = withdrawn.map((gone) => lentOf(gone).name);
    expect(names).toHaveLength(MAX_WITHDRAWN);
    expect(names).toEqual(expect.arrayContaining(['owner', 'three', ...guests.map(({ name }) => name)]));
  });
});
