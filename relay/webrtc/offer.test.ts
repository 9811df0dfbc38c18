import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOffer } from './offer.ts';
import { SdpError } from './sdp-error.ts';
import { MAX_OFFER_CHARS } from './sdp-lines.ts';
import { buildOffer, DATA, FINGERPRINT, TRANSPORT, VIDEO } from './testing/offers.ts';

function codeOf(sdp: string): string {
  try {
    parseOffer(sdp);
  } catch (error) {
    if (error instanceof SdpError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('offer', () => {
  it('takes up constrained baseline in packetization mode 1, with its retransmission', () => {
    const [video] = parseOffer(buildOffer()).media;
    expect(video).toMatchObject({
      type: 'video',
      format: {
        payloadType: 108,
        rtxPayloadType: 109,
        profileLevelId: '42e01f',
        feedback: ['nack', 'nack pli', 'ccm fir', 'transport-cc'],
      },
      extensions: { absSendTime: 2, playoutDelay: 5, transportSequenceNumber: 4 },
    });
  });

  it.each([
    ['the feedback', 'transport-cc'],
    ['the header extension', 'draft-holmer'],
  ])("takes the viewer's estimate where it lacks %s for reports on every packet", (_, part) => {
    const [video] = parseOffer(buildOffer({ video: VIDEO.filter((line) => !line.includes(part)) })).media;
    expect(video).toMatchObject({
      format: { feedback: ['nack', 'nack pli', 'ccm fir', 'goog-remb'] },
      extensions: { absSendTime: 2, playoutDelay: 5, transportSequenceNumber: null },
    });
  });

  it('reads the transport and the data channel', () => {
    const offer = parseOffer(buildOffer());
    expect(offer.ice).toEqual({ usernameFragment: 'abcd', password: '0123456789012345678901' });
    expect(offer.fingerprint).toBe(FINGERPRINT);
    expect(offer.media[1]).toEqual({ type: 'application', mid: '1', sctpPort: 5000 });
  });

  it('accepts one certificate said twice', () => {
    const more = [...DATA, `a=fingerprint:SHA-256 ${FINGERPRINT.toLowerCase()}`];
    expect(codeOf(buildOffer({ more }))).toBe('accepted');
  });

  it('refuses a second certificate', () => {
    const more = [...DATA, `a=fingerprint:sha-256 FF${FINGERPRINT.slice(2)}`];
    expect(codeOf(buildOffer({ more }))).toBe('fingerprint_conflict');
  });

  it('refuses a second certificate even under another hash', () => {
    const more = [...DATA, 'a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33'];
    expect(codeOf(buildOffer({ more }))).toBe('fingerprint_conflict');
  });

  it('refuses weaker hashes and none', () => {
    const rest = TRANSPORT.filter((line) => !line.startsWith('a=fingerprint'));
    const sha1 = 'a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33';
    expect(codeOf(buildOffer({ transport: [...rest, sha1] }))).toBe('fingerprint_unsupported');
    expect(codeOf(buildOffer({ transport: rest }))).toBe('fingerprint_missing');
  });

  it('takes the active part wherever the viewer leaves it', () => {
    const roleFor = (setup: string) =>
      parseOffer(buildOffer({ transport: TRANSPORT.map((line) => line.replace('actpass', setup)) })).role;
    expect(['actpass', 'passive', 'active'].map(roleFor)).toEqual(['client', 'client', 'server']);
  });

  it('refuses a viewer that does not say who begins, or says both', () => {
    const without = TRANSPORT.filter((line) => !line.startsWith('a=setup'));
    expect(codeOf(buildOffer({ transport: without }))).toBe('setup_unsupported');
    expect(codeOf(buildOffer({ more: [...DATA, 'a=setup:active'] }))).toBe('setup_unsupported');
    const holds = TRANSPORT.map((line) => line.replace('actpass', 'holdconn'));
    expect(codeOf(buildOffer({ transport: holds }))).toBe('setup_unsupported');
  });

  it('refuses credentials that are missing or differ between sections', () => {
    expect(codeOf(buildOffer({ transport: TRANSPORT.slice(1) }))).toBe('ice_missing');
    expect(codeOf(buildOffer({ more: [...DATA, 'a=ice-ufrag:efgh'] }))).toBe('malformed');
  });

  it('refuses what stands outside the bundle', () => {
    const offer = parseOffer(buildOffer({ session: ['a=group:BUNDLE 0'] }));
    expect(offer.media[1]?.type).toBe('refused');
    expect(codeOf(buildOffer({ session: [] }))).toBe('nothing_acceptable');
  });

  it('refuses video it cannot send', () => {
    const only = (lines: string[]) =>
      codeOf(buildOffer({ session: ['a=group:BUNDLE 0'], video: lines, more: [] }));
    expect(only(VIDEO.filter((line) => !line.includes('packetization-mode=1;profile-level-id=42e01f')))).toBe(
      'nothing_acceptable',
    );
    expect(only(VIDEO.map((line) => line.replace('recvonly', 'sendonly')))).toBe('nothing_acceptable');
  });

  it.each(['0', '65536', '99999', '-1', '5000.5', ''])('refuses a data channel at port “%s”', (port) => {
    const sdp = buildOffer().replace('sctp-port:5000', `sctp-port:${port}`);
    expect(parseOffer(sdp).media[1]).toMatchObject({ type: 'refused' });
  });

  it('refuses more than 16 KB', () => {
    const padding = 'a=x:'.padEnd(MAX_OFFER_CHARS, 'x');
    expect(codeOf(buildOffer({ more: [...DATA, padding] }))).toBe('oversize');
  });

  it('refuses what is not SDP', () => {
    for (const sdp of ['', 'v=1\r\n', 'v=0\r\n', 'v=0\r\nm=video\r\n', `${buildOffer()}\u0000\r\n`]) {
      expect(codeOf(sdp)).toBe('malformed');
    }
  });

  it('throws nothing but SdpError, whatever comes', () => {
    const lines = buildOffer().split('\r\n');
    const mutated = fc
      .array(fc.oneof(fc.constantFrom(...lines), fc.string({ maxLength: 40 })), { maxLength: 40 })
      .map((parts) => ['v=0', ...parts].join('\r\n'));
    fc.assert(fc.property(mutated, (sdp) => typeof codeOf(sdp) === 'string'));
  });
});
