import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasIntegrity, parseBindingRequest } from './stun-request.ts';
import { encodeAttribute, encodeBindingRequest } from './testing/stun-client.ts';

/** RFC 5769 §2.1. */
const SAMPLE_REQUEST = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae' +
    '802200105354554e207465737420636c69656e74' +
    '002400046e0001ff' +
    '80290008932ff9b151263b36' +
    '000600096576746a3a68367659202020' +
    '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2' +
    '80280004e57a3bcf',
  'hex',
);
const SAMPLE_PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';
const USE_CANDIDATE = encodeAttribute(0x0025, Buffer.alloc(0));

describe('a Binding request', () => {
  it('of RFC 5769 is read and verified', () => {
    const request = parseBindingRequest(SAMPLE_REQUEST);
    expect(request).toMatchObject({ localUfrag: 'evtj', remoteUfrag: 'h6vY' });
    expect(request && hasIntegrity(request, SAMPLE_PASSWORD)).toBe(true);
  });

  it('is not verified with another password', () => {
    const request = parseBindingRequest(SAMPLE_REQUEST);
    expect(request && hasIntegrity(request, `${SAMPLE_PASSWORD}x`)).toBe(false);
  });

  it('is not verified when any byte that counts is changed', () => {
    for (let at = 0; at < SAMPLE_REQUEST.length - 8; at++) {
      const changed = Buffer.from(SAMPLE_REQUEST);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const request = parseBindingRequest(changed);
      // The length in the header is judged by whoever cuts datagrams; the HMAC is over a corrected one.
      if (at === 2 || at === 3) continue;
      expect(request !== null && hasIntegrity(request, SAMPLE_PASSWORD)).toBe(false);
    }
  });

  it.each([
    ['without MESSAGE-INTEGRITY', encodeBindingRequest({ username: 'a:b' })],
    ['without USERNAME', encodeBindingRequest({ password: 'p' })],
    ['with one name only', encodeBindingRequest({ username: 'a', password: 'p' })],
    ['with three names', encodeBindingRequest({ username: 'a:b:c', password: 'p' })],
    [
      'with an unsigned USE-CANDIDATE',
      encodeBindingRequest({ username: 'a:b', password: 'p', unsigned: [USE_CANDIDATE] }),
    ],
    [
      'with USERNAME twice',
      encodeBindingRequest({
        username: 'a:b',
        signed: [encodeAttribute(0x0006, Buffer.from('c:d'))],
        password: 'p',
      }),
    ],
    [
      'with an attribute beyond its end',
      encodeBindingRequest({ username: 'a:b', password: 'p', unsigned: [Buffer.from('80280190', 'hex')] }),
    ],
    [
      'with half an attribute',
      encodeBindingRequest({ username: 'a:b', password: 'p', unsigned: [Buffer.from('8028', 'hex')] }),
    ],
    ['that is an indication', encodeBindingRequest({ username: 'a:b', password: 'p', type: 0x0011 })],
    ['cut short', encodeBindingRequest({ username: 'a:b', password: 'p' }).subarray(0, -3)],
    [
      'with a short MESSAGE-INTEGRITY',
      encodeBindingRequest({ username: 'a:b', unsigned: [encodeAttribute(0x0008, Buffer.alloc(4))] }),
    ],
  ])('%s is none', (_, datagram) => {
    expect(parseBindingRequest(datagram)).toBeNull();
  });

  it('never throws on anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, isRequest) => {
        const datagram = Buffer.from(bytes);
        if (isRequest && datagram.length > 1) datagram.writeUInt16BE(1, 0);
        parseBindingRequest(datagram);
      }),
    );
  });
});
