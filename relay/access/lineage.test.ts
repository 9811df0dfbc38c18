import { describe, expect, it } from 'vitest';
import type { WeeklyHours } from '#shared/weekly-hours.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { ancestorsOf, descendantsOf, effectiveTerms, isDescendant, MAX_DEPTH, rootOf } from './lineage.ts';

const lender = { scope: ['watch', 'lend'] } as const;
const owner = testOwner('owner');
const partner = testOwner('partner', { by: owner.gid });
const anna = testGrant('anna', { ...lender, by: owner.gid });
const ben = testGrant('ben', { ...lender, by: anna.gid });
const carl = testGrant('carl', { ...lender, by: ben.gid });
const dora = testGrant('dora', { by: carl.gid });
const state = testState(owner, partner, anna, ben, carl, dora);
const names = (entries: readonly { name: string }[] | null) => entries?.map(({ name }) => name) ?? null;

describe('ancestors', () => {
  it.each([
    ['an owner', owner, []],
    ['an owner that another let in', partner, []],
    ['what an owner lent', anna, ['owner']],
    ['what was lent on', ben, ['anna', 'owner']],
    ['what was lent on as far as it goes', carl, ['ben', 'anna', 'owner']],
    ['what was lent on too far', dora, null],
    ['somebody let in at the camera', testGrant('eve'), []],
    ['what somebody lent who is gone', testGrant('eve', { by: token('gone') }), null],
  ])('of %s are %j', (_, entry, expected) => {
    expect(names(ancestorsOf(state, entry))).toEqual(expected);
    if (expected !== null) expect(expected.length).toBeLessThanOrEqual(MAX_DEPTH);
  });

  it('are none where one of them may not lend any more', () => {
    const deprived = testGrant('anna', { scope: ['watch'], by: owner.gid });
    expect(ancestorsOf(testState(owner, deprived, ben), ben)).toBeNull();
    expect(ancestorsOf(testState(owner, deprived, ben, carl), carl)).toBeNull();
  });

  it('come to an end in a list that goes in circles', () => {
    const [one, two] = [testGrant('one', { ...lender, by: token('two') }), testGrant('two', lender)];
    const circle = testState(one, { ...two, by: one.gid });
    expect(ancestorsOf(circle, one)).toBeNull();
    expect(isDescendant(circle, one, token('three'))).toBe(false);
    expect(names(descendantsOf(circle, one.gid).grants)).toEqual(['two']);
  });
});

describe('the root of a look', () => {
  it.each([
    ['that an owner lent', 'anna', anna],
    ['that was lent on', 'anna', ben],
    ['that was lent on as far as it goes', 'anna', carl],
    ['of somebody let in at the camera', 'eve', testGrant('eve')],
    ['of an owner', 'partner', partner],
    ['whose lender is gone', 'eve', testGrant('eve', { by: token('gone') })],
  ])('%s is that of %s', (_, expected, grant) => {
    expect(rootOf(state, grant).name).toBe(expected);
  });
});

describe('effective terms', () => {
  const hours: WeeklyHours = { tz: 'UTC', spans: [{ days: [1], from: 540, until: 720 }] };

  it('of an owner are its own, whoever let it in', () => {
    const state = testState(partner);
    expect(effectiveTerms(state, partner)).toEqual({ scope: ['owner'], nbf: null, exp: null, hours: null });
  });

  it.each([
    [
      'the rights that the lender has too',
      { scope: ['watch', 'talk', 'lend'] },
      {},
      { scope: ['watch', 'lend'] },
    ],
    ['the end of the lender, where that is earlier', { exp: 200 }, { exp: 100 }, { exp: 100 }],
    ['its own end, where that is earlier', { exp: 100 }, { exp: 200 }, { exp: 100 }],
    ['the end of the lender, where it has none', {}, { exp: 200 }, { exp: 200 }],
    ['the beginning of the lender, where that is later', { nbf: 1 }, { nbf: 2 }, { nbf: 2 }],
    ['its own beginning, where that is later', { nbf: 2 }, { nbf: 1 }, { nbf: 2 }],
    ['the hours of the lender, where it has none', {}, { hours }, { hours }],
    [
      'its own hours before those of the lender',
      { hours },
      { hours: { ...hours, tz: 'Asia/Tokyo' } },
      { hours },
    ],
  ] as const)('have %s', (_, own, of, expected) => {
    const parent = testGrant('parent', { ...lender, by: owner.gid, ...of });
    const child = testGrant('child', { by: parent.gid, ...own });
    expect(effectiveTerms(testState(owner, parent, child), child)).toMatchObject(expected);
  });

  it('are narrowed by all who come before, not only the nearest', () => {
    const first = testGrant('first', { ...lender, by: owner.gid, nbf: 50, exp: 100 });
    const second = testGrant('second', { ...lender, by: first.gid, nbf: 10, exp: 500 });
    const third = testGrant('third', { scope: ['watch', 'talk'], by: second.gid, exp: 900 });
    expect(effectiveTerms(testState(owner, first, second, third), third)).toEqual({
      ...{ scope: ['watch'], nbf: 50, exp: 100, hours: null },
    });
  });

  it('are none where no right is left, the lender is gone, or it is lent on too far', () => {
    const parent = testGrant('parent', { scope: ['listen', 'lend'] });
    expect(effectiveTerms(testState(parent), testGrant('child', { by: parent.gid }))).toBeNull();
    expect(effectiveTerms(testState(), testGrant('child', { by: parent.gid }))).toBeNull();
    expect(effectiveTerms(state, dora)).toBeNull();
  });
});

describe('descent', () => {
  it.each([
    ['from whoever lent it', ben, anna.gid, true],
    ['from whoever lent to that one', ben, owner.gid, true],
    ['not from a sibling', anna, ben.gid, false],
    ['not from itself', anna, anna.gid, false],
    ['not of an owner from the one who let it in', partner, owner.gid, false],
    [
      'not of an invite for an owner',
      testInvite('new', { scope: ['owner'], by: owner.gid }),
      owner.gid,
      false,
    ],
    ['of an invite', testInvite('new', { by: ben.gid }), anna.gid, true],
    ['not from nobody', testGrant('eve'), owner.gid, false],
  ])('is %s', (_, entry, gid, expected) => {
    expect(isDescendant(state, entry, gid)).toBe(expected);
  });

  it('does not end where one in between may not lend any more', () => {
    const deprived = testGrant('ben', { scope: ['watch'], by: anna.gid });
    expect(isDescendant(testState(owner, anna, deprived, carl), carl, anna.gid)).toBe(true);
  });
});

describe('those who fall with a grant', () => {
  const invites = [
    testInvite('by owner', { by: owner.gid }),
    testInvite('by carl', { by: carl.gid }),
    testInvite('for an owner', { by: partner.gid, scope: ['owner'] }),
    testInvite('by the camera'),
  ];
  const all = testState(
    owner,
    partner,
    anna,
    ben,
    carl,
    testGrant('friend', { by: partner.gid }),
    ...invites,
  );

  it.each([
    ['an owner', owner.gid, ['anna', 'ben', 'carl'], ['by owner', 'by carl']],
    ['an owner that was let in by another', partner.gid, ['friend'], ['for an owner']],
    ['a guest', ben.gid, ['carl'], ['by carl']],
    ['the last of a line', carl.gid, [], ['by carl']],
    ['nobody', token('nobody'), [], []],
  ])('are of %s all that descend from it, and no other owner', (_, gid, grants, expected) => {
    const fallen = descendantsOf(all, gid);
    expect(names(fallen.grants)).toEqual(grants);
    expect(names(fallen.invites)).toEqual(expected);
  });

  it('are found in whatever order the list has them', () => {
    const reversed = testState(...[...all.grants].reverse());
    expect(names(descendantsOf(reversed, owner.gid).grants)?.sort()).toEqual(['anna', 'ben', 'carl']);
  });
});
