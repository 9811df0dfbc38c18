import { describe, expect, it } from 'vitest';
import { isAdmitted } from './admission.ts';
import type { Grant } from './grant.ts';

const grant: Grant = {
  gid: 'g',
  jkt: 'j',
  jwk: { kty: 'EC', crv: 'P-256', x: '', y: '' },
  name: 'Phone',
  scope: ['watch'],
  nbf: 100,
  exp: 200,
  by: null,
  psk: '',
  grantedAt: 0,
  invite: null,
};

describe('admission', () => {
  it.each([
    [99, false],
    [100, true],
    [199, true],
    [200, false],
  ])('at %i of a grant from 100 to 200 is %s', (now, expected) => {
    expect(isAdmitted(grant, 'watch', now)).toBe(expected);
  });

  it('has no end where the grant has none', () => {
    expect(isAdmitted({ ...grant, nbf: null, exp: null }, 'watch', 2 ** 33)).toBe(true);
  });

  it('gives the rights that were granted and no other, and all of them to an owner', () => {
    expect(isAdmitted(grant, 'listen', 150)).toBe(false);
    expect(isAdmitted({ ...grant, scope: ['owner'] }, 'listen', 150)).toBe(true);
  });
});
