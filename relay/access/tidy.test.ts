import { describe, expect, it } from 'vitest';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import type { AccessState, Withdrawn } from './access-state.ts';
import { KEPT_S, tidy } from './tidy.ts';

const END = 1_000_000;
const owner = testOwner('owner');
const at = (now: number, isTrusted = true) => ({ now, isTrusted });
const taken = (gid: string, when: number): Withdrawn => ({
  entry: { kind: 'grant', grant: testGrant(gid) },
  at: when,
  by: null,
});

describe('tidying', () => {
  const everything = testState(
    owner,
    testGrant('guest', { exp: END, by: owner.gid }),
    testInvite('link', { openUntil: END }),
    taken('gone', END),
  );

  it('keeps what has been over for less than a week, as the same object', () => {
    expect(tidy(everything, at(END + KEPT_S - 1))).toBe(everything);
  });

  it('forgets everything else, but no owner', () => {
    expect(tidy(everything, at(END + KEPT_S))).toEqual(testState(owner));
  });

  it.each([
    ['a grant', testState(owner, testGrant('guest', { exp: END }))],
    ['an invite', testState(owner, testInvite('link', { openUntil: END }))],
    ['what was taken back', testState(owner, taken('gone', END))],
  ])('forgets %s by itself', (_, state) => {
    expect(tidy(state, at(END + KEPT_S))).toEqual(testState(owner));
  });

  it('forgets no owner, whatever its entry says', () => {
    const state = testState(testOwner('odd', { exp: END }));
    expect(tidy(state, at(END * 10))).toBe(state);
  });

  it('forgets nothing while the time is not known', () => {
    expect(tidy(everything, at(END * 1_000, false))).toBe(everything);
  });

  it('goes by the end of those a grant descends from', () => {
    const parent = testGrant('parent', { scope: ['watch', 'lend'], exp: END });
    const child = testGrant('child', { exp: 2 * END + KEPT_S, by: parent.gid });
    expect(tidy(testState(owner, parent, child), at(END + KEPT_S))).toEqual(testState(owner));
  });

  it('keeps a grant that holds nothing for as long as its own end, as the right to lend may come back', () => {
    const parent = testGrant('parent', { scope: ['watch'], exp: 2 * END });
    const child = testGrant('child', { exp: END, by: parent.gid });
    const state: AccessState = testState(owner, parent, child);
    expect(tidy(state, at(END))).toBe(state);
    expect(tidy(state, at(END + KEPT_S))).toEqual(testState(owner, parent));
    const orphan = testState(owner, testGrant('child', { exp: END, by: token('gone') }));
    expect(tidy(orphan, at(END))).toBe(orphan);
  });

  it('never ends a grant that has no end', () => {
    const state = testState(testGrant('endless'));
    expect(tidy(state, at(2 ** 33))).toBe(state);
  });
});
