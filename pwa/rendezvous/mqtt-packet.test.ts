import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '#shared/bytes.ts';
import { parseFrameHeader } from '#shared/mqtt-frames.ts';
import {
  encodeConnect,
  encodeDisconnect,
  encodePingreq,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  encodeUnsubscribe,
  type IncomingPacket,
  parsePacket,
} from './mqtt-packet.ts';

function parse(bytes: readonly number[] | Uint8Array): IncomingPacket {
  const all = Uint8Array.from(bytes);
  const header = parseFrameHeader(all);
  if (header === null || header.end !== all.length) throw new Error('the test gave no whole packet');
  return parsePacket(all, header);
}

describe('packets to the broker', () => {
  it.each([
    ['CONNECT', encodeConnect({ clientId: 'a', keepaliveSeconds: 30 }), '100d00044d5154540402001e000161'],
    [
      'CONNECT with credentials',
      encodeConnect({ clientId: 'a', keepaliveSeconds: 30, username: 'u', password: 'p' }),
      '101300044d51545404c2001e000161000175000170',
    ],
    [
      'CONNECT whose password has no username',
      encodeConnect({ clientId: 'a', keepaliveSeconds: 30, password: 'p' }),
      '100d00044d5154540402001e000161',
    ],
    [
      'PUBLISH',
      encodePublish(10, { topic: 'a/b', payload: Uint8Array.of(1, 2), retain: false, isRepeat: false }),
      '32090003612f62000a0102',
    ],
    [
      'PUBLISH retained and repeated',
      encodePublish(10, { topic: 'a/b', payload: new Uint8Array(), retain: true, isRepeat: true }),
      '3b070003612f62000a',
    ],
    ['PUBACK', encodePuback(258), '40020102'],
    ['SUBSCRIBE', encodeSubscribe(10, ['a/b', 'c']), '820c000a0003612f620100016301'],
    ['UNSUBSCRIBE', encodeUnsubscribe(10, 'a/b'), 'a207000a0003612f62'],
    ['PINGREQ', encodePingreq(), 'c000'],
    ['DISCONNECT', encodeDisconnect(), 'e000'],
  ])('%s is written as the standard has it', (_name, bytes, expected) => {
    expect(encodeHex(bytes)).toBe(expected);
  });

  it('carry a payload that needs a longer length', () => {
    const payload = new Uint8Array(3_000).fill(7);
    const bytes = encodePublish(1, { topic: 'pw1/x', payload, retain: false, isRepeat: false });
    expect(parse(bytes)).toMatchObject({ type: 'publish', payload });
  });
});

describe('packets from the broker', () => {
  it.each([
    ['CONNACK', [0x20, 2, 0, 0], { type: 'connack', returnCode: 0 }],
    ['CONNACK that refuses', [0x20, 2, 0, 5], { type: 'connack', returnCode: 5 }],
    ['PUBACK', [0x40, 2, 1, 2], { type: 'puback', packetId: 258 }],
    ['SUBACK', [0x90, 5, 0, 1, 0, 1, 0x80], { type: 'suback', packetId: 1, granted: [true, true, false] }],
    ['UNSUBACK', [0xb0, 2, 0, 1], { type: 'unsuback', packetId: 1 }],
    ['PINGRESP', [0xd0, 0], { type: 'pingresp' }],
    [
      'PUBLISH at QoS 0',
      [0x31, 4, 0, 1, 0x61, 9],
      { type: 'publish', topic: 'a', payload: Uint8Array.of(9), isRetained: true, packetId: null },
    ],
    [
      'PUBLISH at QoS 1',
      [0x3a, 5, 0, 1, 0x61, 0, 7],
      { type: 'publish', topic: 'a', payload: new Uint8Array(), isRetained: false, packetId: 7 },
    ],
  ])('%s is read', (_name, bytes, expected) => {
    expect(parse(bytes)).toEqual(expected);
  });

  it.each([
    ['CONNACK too short', [0x20, 1, 0]],
    ['CONNACK too long', [0x20, 3, 0, 0, 0]],
    ['CONNACK with reserved bits', [0x20, 2, 2, 0]],
    ['PUBACK of packet 0', [0x40, 2, 0, 0]],
    ['PUBACK with flags', [0x42, 2, 0, 1]],
    ['SUBACK without codes', [0x90, 2, 0, 1]],
    ['SUBACK with an unknown code', [0x90, 3, 0, 1, 3]],
    ['PINGRESP with a body', [0xd0, 1, 0]],
    ['PUBLISH at QoS 2', [0x34, 5, 0, 1, 0x61, 0, 7]],
    ['PUBLISH at QoS 3', [0x36, 5, 0, 1, 0x61, 0, 7]],
    ['PUBLISH without a topic', [0x30, 2, 0, 0]],
    ['PUBLISH whose topic runs past its end', [0x30, 4, 0xff, 0xff, 0x61, 0]],
    ['PUBLISH whose packet id runs past its end', [0x32, 4, 0, 1, 0x61, 0]],
    ['PUBLISH of packet 0', [0x32, 5, 0, 1, 0x61, 0, 0]],
    ['PUBLISH whose topic is not UTF-8', [0x30, 3, 0, 1, 0xff]],
    ['PUBLISH whose topic has U+0000', [0x30, 3, 0, 1, 0]],
    ['PUBLISH with an empty body', [0x30, 0]],
    ['CONNECT', [0x10, 0]],
    ['SUBSCRIBE', [0x82, 0]],
    ['AUTH of MQTT 5', [0xf0, 0]],
    ['type 0', [0x00, 0]],
  ])('%s is refused', (_name, bytes) => {
    expect(() => parse(bytes)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('are read or refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 100 }), (first, body) => {
        try {
          parse([first, body.length, ...body]);
        } catch (error) {
          expect(error).toMatchObject({ code: 'protocol' });
        }
      }),
    );
  });

  it('read back every publish we write', () => {
    const topics = fc
      .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
      .filter((topic) => !topic.includes('\0'));
    fc.assert(
      fc.property(topics, fc.uint8Array({ maxLength: 500 }), fc.boolean(), (topic, payload, retain) => {
        const packet = parse(encodePublish(9, { topic, payload, retain, isRepeat: false }));
        const expected = {
          type: 'publish',
          topic,
          payload: Uint8Array.from(payload),
          isRetained: retain,
          packetId: 9,
        };
        expect(packet).toEqual(expected);
      }),
    );
  });
});
