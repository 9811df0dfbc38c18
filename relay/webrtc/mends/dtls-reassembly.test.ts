import { describe, expect, it } from 'vitest';
import {
  CLIENT_MESSAGES,
  encodeMessage,
  HandshakeReassembly,
  HandshakeType,
  MAX_MESSAGE_BYTES,
} from './dtls-reassembly.ts';

const HELLO = encodeMessage({ type: HandshakeType.clientHello, sequence: 0, body: Buffer.from('hello') });

describe('reassembly', () => {
  it('gives messages in order, and each once', () => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    reassembly.add(whole(HandshakeType.certificate, 1, 'certificate'), 0);
    expect(reassembly.shift()).toBeNull();
    reassembly.add(HELLO, 0);
    reassembly.add(HELLO, 0);
    expect(bodies(reassembly)).toEqual(['hello', 'certificate']);
    reassembly.add(HELLO, 0);
    expect(bodies(reassembly)).toEqual([]);
  });

  it('takes several messages of one record', () => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    reassembly.add(Buffer.concat([HELLO, whole(HandshakeType.certificate, 1, 'certificate')]), 0);
    expect(bodies(reassembly)).toEqual(['hello', 'certificate']);
  });

  it('gives nothing of another type than has its turn', () => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    reassembly.add(whole(HandshakeType.certificate, 0, 'certificate'), 0);
    reassembly.add(whole(HandshakeType.clientHello, 5, 'hello'), 0);
    expect(reassembly.shift()).toBeNull();
  });

  it('gives nothing larger than a message may be, whole or in parts', () => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    const large = 'x'.repeat(MAX_MESSAGE_BYTES + 1);
    reassembly.add(whole(HandshakeType.clientHello, 0, large), 0);
    reassembly.add(part(large.length, 0, large.slice(0, 5000)), 0);
    reassembly.add(part(large.length, 5000, large.slice(5000)), 0);
    expect(reassembly.shift()).toBeNull();
  });

  it('is not moved by a second version of a message that waits for its turn', () => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    reassembly.add(whole(HandshakeType.certificate, 1, 'genuine'), 0);
    reassembly.add(whole(HandshakeType.certificate, 1, 'forged'), 0);
    reassembly.add(HELLO, 0);
    expect(bodies(reassembly)).toEqual(['hello', 'genuine']);
  });

  it('is not moved by later parts that overlap or tell another length', () => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    reassembly.add(part(10, 0, 'aaaaa'), 0);
    reassembly.add(part(10, 0, 'xxxxx'), 0);
    reassembly.add(part(12, 5, 'xxxxx'), 0);
    reassembly.add(part(10, 4, 'xbbbbb'), 0);
    expect(bodies(reassembly)).toEqual(['aaaaabbbbb']);
  });

  it('drops a record with a part beyond its message', () => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    reassembly.add(part(4, 2, 'xxxx'), 0);
    reassembly.add(Buffer.concat([HELLO, part(4, 2, 'xxxx')]), 0);
    expect(reassembly.shift()).toBeNull();
  });

  it('drops a record that ends in the middle of a message', () => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    reassembly.add(HELLO.subarray(0, -1), 0);
    expect(reassembly.shift()).toBeNull();
  });

  it.each([
    ['a Finished in the clear', HandshakeType.finished, 4, 0],
    ['a ClientHello under keys', HandshakeType.clientHello, 0, 1],
  ])('drops %s', (_, type, sequence, epoch) => {
    const reassembly = new HandshakeReassembly(CLIENT_MESSAGES);
    const before = [
      HandshakeType.certificate,
      HandshakeType.clientKeyExchange,
      HandshakeType.certificateVerify,
    ];
    if (sequence > 0) reassembly.add(HELLO, 0);
    for (const [index, other] of before.entries()) reassembly.add(whole(other, index + 1, 'x'), 0);
    bodies(reassembly);
    reassembly.add(whole(type, sequence, 'x'), epoch);
    expect(reassembly.shift()).toBeNull();
  });
});

function bodies(reassembly: HandshakeReassembly): string[] {
  const taken: string[] = [];
  for (let next = reassembly.shift(); next; next = reassembly.shift()) taken.push(next.body.toString());
  return taken;
}

function whole(type: number, sequence: number, body: string): Buffer {
  return encodeMessage({ type, sequence, body: Buffer.from(body) });
}

/** Part of a ClientHello of some length. */
function part(length: number, offset: number, bytes: string): Buffer {
  const message = whole(HandshakeType.clientHello, 0, bytes);
  message.writeUIntBE(length, 1, 3);
  message.writeUIntBE(offset, 6, 3);
  return message;
}
