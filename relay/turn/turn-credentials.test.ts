import { expect, it } from 'vitest';
import { mintTurnCredentials } from './turn-credentials.ts';

it('credentials are those that coturn itself works out', () => {
  // printf %s 1800000000:phone | openssl dgst -sha1 -hmac north -binary | base64
  expect(mintTurnCredentials({ secret: 'north', expiresAt: 1_800_000_000, id: 'phone' })).toEqual({
    username: '1800000000:phone',
    credential: 'XtvIG7dvG4e0R0O8gSJHrWSi+Ug=',
  });
});
