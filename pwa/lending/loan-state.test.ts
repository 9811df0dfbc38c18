import { describe, expect, test } from 'vitest';
import type { AccessEntry } from '#shared/down-message.ts';
import { buildGrant } from '../testing/fake-access.ts';
import type { LoanState } from './lending.ts';
import { isFinal, type LoanEvent, reduceLoan } from './loan-state.ts';

const sending: LoanState = { type: 'sending' };
const queued: LoanState = { type: 'queued' };
const waiting: LoanState = { type: 'waiting' };
const confirming: LoanState = { type: 'confirming' };
const taken: LoanState = { type: 'taken', device: 'Pixel 9' };
const expired: LoanState = { type: 'expired' };
const withdrawn: LoanState = { type: 'withdrawn' };

const terms = { name: 'Anna', scope: ['watch'], nbf: null, exp: null, hours: null, by: null, at: 1 } as const;
const invite = (is_confirming: boolean): AccessEntry => ({
  ...{ kind: 'invite', id: 'i'.repeat(22), ...terms, duration: 3_600, open_until: 2, is_confirming },
});
const gone: AccessEntry = {
  ...{ kind: 'withdrawn', id: 'i'.repeat(22), ...terms },
  ...{ withdrawn_at: 2, withdrawn_by: null, was_taken: false },
};
const listed = (entry: AccessEntry, isOver = false): LoanEvent => ({ type: 'listed', entry, isOver });
const heir = (name: string | null): LoanEvent => ({ type: 'orphaned', heir: name });

describe('loan state', () => {
  test.each<[LoanState, LoanEvent, LoanState]>([
    [queued, { type: 'sent' }, sending],
    [sending, { type: 'put_off' }, queued],
    [sending, { type: 'lent' }, waiting],
    [queued, { type: 'lent' }, waiting],
    [sending, { type: 'refused', code: 'beyond_own' }, { type: 'refused', code: 'beyond_own' }],
    [sending, { type: 'refused', code: 'withdrawn' }, withdrawn],
    [sending, { type: 'refused', code: 'expired' }, expired],
    [sending, listed(invite(false)), waiting],
    [waiting, listed(invite(true)), confirming],
    [confirming, listed(invite(false)), waiting],
    [waiting, listed(invite(false), true), expired],
    [confirming, listed(invite(true), true), confirming],
    [confirming, listed(buildGrant()), taken],
    [waiting, listed(gone), withdrawn],
    [waiting, { type: 'missed', isOver: false }, withdrawn],
    [waiting, { type: 'missed', isOver: true }, expired],
    [queued, { type: 'outlived' }, expired],
    [queued, { type: 'withdrawn' }, withdrawn],
    [waiting, heir(null), withdrawn],
    [waiting, heir('Bea'), { type: 'taken', device: 'Bea' }],
    [queued, heir('Bea'), { type: 'refused', code: 'invalid_grant' }],
  ])('%o, %o -> %o', (state, event, next) => {
    expect(reduceLoan(state, event)).toEqual(next);
  });

  test.each<[LoanState, LoanEvent]>([
    [sending, { type: 'missed', isOver: false }],
    [waiting, { type: 'sent' }],
    [waiting, { type: 'put_off' }],
    [waiting, { type: 'outlived' }],
    [waiting, listed(invite(false))],
    [taken, { type: 'withdrawn' }],
    [withdrawn, listed(buildGrant())],
    [expired, { type: 'lent' }],
  ])('%o stays as it is at %o', (state, event) => {
    expect(reduceLoan(state, event)).toBe(state);
  });

  test('ends when nothing more can come of it', () => {
    const refused: LoanState = { type: 'refused', code: 'too_many' };
    const all = [sending, queued, waiting, confirming, taken, expired, withdrawn, refused];
    expect(all.filter(isFinal)).toEqual([taken, expired, withdrawn, refused]);
  });
});
