import { describe, expect, it, vi } from 'vitest';
import type { Incoming, Request } from './channels/channel-server.ts';
import { Examining } from './health/examining.ts';
import { Lending } from './lending/lending.ts';
import { Redeeming } from './pairing/redeeming.ts';
import { Switching } from './privacy/switching.ts';
import { createRequestRouter, type Features } from './request-router.ts';
import { Adjusting } from './settings/adjusting.ts';
import { testOwner, token } from './testing/access-entries.ts';
import { LazyViewing } from './viewing/lazy-viewing.ts';

const nonce = token('nonce');
const id = token('id');
const { jkt, jwk } = testOwner('phone');
const terms = { name: 'Ben', scope: ['watch'] as const, nbf: null, exp: null, hours: null, duration: 60 };

const REQUESTS: readonly Request[] = [
  { type: 'redeem', body: { nonce, epk: jwk, name: 'Phone' } },
  { type: 'offer', body: { nonce, sid: id, sdp: 'offer' } },
  { type: 'candidate', body: { nonce, sid: id, candidate: 'candidate' } },
  { type: 'leave', body: { nonce, sid: id } },
  { type: 'lend', body: { nonce, secret: id, open_until: 1, transfer: false, ...terms } },
  { type: 'list', body: { nonce, after: null } },
  { type: 'revoke', body: { nonce, id } },
  { type: 'amend', body: { nonce, id } },
  { type: 'log', body: { nonce, before: null } },
  { type: 'switch', body: { nonce } },
  { type: 'adjust', body: { nonce } },
  { type: 'examine', body: { nonce } },
];

/** Features that only say who was asked. */
function setUp() {
  const asked: string[] = [];
  const features: Features = {
    redeeming: Object.create(Redeeming.prototype),
    lending: Object.create(Lending.prototype),
    switching: Object.create(Switching.prototype),
    adjusting: Object.create(Adjusting.prototype),
    examining: Object.create(Examining.prototype),
    viewing: Object.create(LazyViewing.prototype),
  };
  for (const [name, feature] of Object.entries(features))
    vi.spyOn(feature, 'handle').mockImplementation(async () => {
      asked.push(name);
    });
  const ask = async (kind: 'invite' | 'grant', request: Request) => {
    const incoming: Incoming = {
      ...{
        request,
        channel: { kind, entryId: id },
        sender: { thumbprint: jkt, jwk },
        hash: token('hash', 43),
      },
      reply: async () => undefined,
    };
    await createRequestRouter(features)(incoming);
    return asked.splice(0);
  };
  return { ask };
}

describe('a request', () => {
  it.each(REQUESTS)('on the channel of an invite is nobody’s but that of pairing: $type', async (request) => {
    expect(await setUp().ask('invite', request)).toEqual(['redeeming']);
  });

  it.each([
    [['offer', 'candidate', 'leave'], ['viewing']],
    [['lend', 'list', 'revoke', 'amend', 'log'], ['lending']],
    [['switch'], ['switching']],
    [['adjust'], ['adjusting']],
    [['examine'], ['examining']],
    [['redeem'], []],
  ])('%j on the channel of a grant goes to %j', async (types, expected) => {
    for (const request of REQUESTS.filter(({ type }) => types.includes(type)))
      expect(await setUp().ask('grant', request)).toEqual(expected);
  });
});
