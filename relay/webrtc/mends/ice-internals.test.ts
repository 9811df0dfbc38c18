import { describe, expect, it } from 'vitest';
import { RTCIceGatherer, RTCIceTransport } from '../werift.ts';
import { internalsOf } from './ice-internals.ts';

describe('ice internals', () => {
  it('are where the mends reach for them', () => {
    const { connection } = new RTCIceTransport(new RTCIceGatherer());
    const internals = internalsOf(connection);
    expect(internals.protocols).toEqual([]);
    expect(internals.consentFresh).toBe(false);
    expect(internals.userHistory).toBeTypeOf('object');
    for (const name of [
      'appendLocalCandidate',
      'ensureProtocol',
      'pairLocalProtocol',
      'queryConsent',
      'checkIncoming',
      'checkStart',
      'checkComplete',
    ] as const) {
      expect(internals[name]).toBeTypeOf('function');
    }
  });
});
