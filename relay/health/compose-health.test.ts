import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseCameraHealth, STRAINS } from '#shared/camera-health.ts';
import { deriveChannel } from '#shared/channel.ts';
import { randomBase64url } from '#shared/crypto.ts';
import { sealMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { MAX_NAME_CHARS } from '#shared/message-fields.ts';
import { composeHealth } from './compose-health.ts';

/** As long as a name may be, of characters that no compression shortens. */
const longName = () => {
  const noise = randomBytes(2 * MAX_NAME_CHARS);
  const characters = Array.from({ length: MAX_NAME_CHARS }, (_, index) => noise.readUInt16BE(2 * index));
  return String.fromCharCode(...characters.map((number) => 0x4e00 + (number % 0x5000)));
};
const seal = async (told: ReturnType<typeof composeHealth>) => {
  const identity = await createIdentity({ extractable: false });
  const lanes = await deriveChannel(randomBase64url(32), identity.thumbprint);
  const body = { rq: randomBase64url(32), told };
  return sealMessage(
    { type: 'examined', body },
    { identity, audience: identity.thumbprint, lane: lanes.down, issuedAt: 1 },
  );
};
const compose = (nameOf: (gid: string) => string | null, viewers: number) =>
  composeHealth(
    {
      ...{ temperature: 61.3, load: 0.123_456_789_012, uptime: 86_399_999, disk_free: 987_654_321_987 },
      strains: { now: [...STRAINS], before: [...STRAINS] },
    },
    {
      ...{ since: 1_764_176_000, atMs: 1_764_176_123_456.7, source: 'Pi camera, software encoder OpenH264' },
      viewing: {
        source: { pictures: 123_456_789, bytes: 987_654_321_098 },
        views: Array.from({ length: viewers }, (_, index) => ({
          ...{ gid: `${index}`, path: 'relayed' as const, pictures: 98_765_432 + 7 ** index },
          bytes: 987_654_321_098 - 11 ** index,
          reception: { fractionLost: 1 / (index + 7), roundTripMs: 1_000 / (index + 1), jitterMs: 2 },
        })),
      },
      nameOf,
    },
  );

describe('the health of a camera', () => {
  it('tells of eight who watch', () => {
    const told = compose((gid) => `Somebody, called ${gid}`, 9);
    expect(told.views).toHaveLength(8);
    expect(parseCameraHealth(told)).toEqual(told);
  });

  it('fits a message whatever names guests give to those they lend to', async () => {
    const told = compose(longName, 20);
    expect(told.views.length).toBeGreaterThan(2);
    await expect(seal(told)).resolves.toBeDefined();
  });

  it('leaves out whose grant is gone', () => {
    expect(compose((gid) => (gid === '1' ? null : gid), 3).views).toHaveLength(2);
  });
});
