import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeServerHello, parseClientHello } from './dtls-hello.ts';
import { DtlsReader } from './dtls-reader.ts';
import { encodeClientHello, HELLO_EXTENSIONS } from './testing/dtls-client.ts';

const EMPTY_RENEGOTIATION_INFO: [number, Buffer] = [0xff01, Buffer.from([0])];

describe('a ServerHello', () => {
  it.each([
    ['all that is offered', HELLO_EXTENSIONS, [0xc02b, 0x00ff], [23, 0xff01, 14]],
    ['no media', HELLO_EXTENSIONS.slice(0, 3), [0xc02b], [23]],
    [
      'renegotiation_info',
      [...HELLO_EXTENSIONS.slice(0, 3), EMPTY_RENEGOTIATION_INFO],
      [0xc02b],
      [23, 0xff01],
    ],
  ])('has the extensions of the ClientHello and no other: %s', (_, extensions, suites, answered) => {
    const hello = parseClientHello(encodeClientHello({ extensions, suites }), [7]);
    expect(extensionTypes(encodeServerHello(randomBytes(32), hello))).toEqual(answered);
  });

  it('says no SRTP profile when we want no media', () => {
    expect(parseClientHello(encodeClientHello(), [])).toMatchObject({ srtpProfile: null });
  });

  it('is refused to a client that insists on compression', () => {
    const body = encodeClientHello();
    const compression = body.indexOf(Buffer.from([0xc0, 0x2b, 1, 0])) + 3;
    body.writeUInt8(1, compression);
    expect(() => parseClientHello(body, [7])).toThrow(expect.objectContaining({ code: 'handshake_failure' }));
  });
});

function extensionTypes(serverHello: Buffer): number[] {
  const list = new DtlsReader(new DtlsReader(serverHello.subarray(38)).vector(2));
  const types: number[] = [];
  while (!list.done) {
    types.push(list.uint(2));
    list.vector(2);
  }
  return types;
}
