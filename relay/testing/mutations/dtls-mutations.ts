import type { MutationGroup } from './mutation.ts';

const TESTS = ['relay/webrtc/mends/dtls-client.test.ts', 'relay/webrtc/mends/dtls-server.test.ts'];

/** Who is let near the keys of a picture. */
export const DTLS_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/webrtc/mends/dtls-client-handshake.ts',
    tests: TESTS,
    mutations: [
      [
        'the server signs its share',
        'verifyPossession(body.subarray(reader.at), signed, present(this.#peer).publicKey);',
        'present(this.#peer);',
      ],
      [
        'the server signs for this handshake',
        'Buffer.concat([this.#hello.random, random, params])',
        'Buffer.concat([random, random, params])',
      ],
      ['the server takes our certificate', 'checkRequest(body);', ''],
      [
        'both have seen the same handshake',
        "verifyFinished(body, deriveVerifyData(secrets.master, 'server', transcriptHash(this.#transcript)));",
        '',
      ],
      ['nothing follows the end of a flight', 'if (body.length > 0) throw', 'if (body.length > 99) throw'],
    ],
  },
  {
    file: 'relay/webrtc/mends/dtls-possession.ts',
    tests: TESTS,
    mutations: [
      [
        'the certificate is that of the offer',
        "if (!isSame(createHash('sha256').update(raw).digest(), fingerprint)) {",
        'if (fingerprint.length === 0) {',
      ],
      ['signatures are of one kind', 'scheme !== SIGNATURE_SCHEME || ', ''],
    ],
  },
  {
    file: 'relay/webrtc/mends/dtls-hello.ts',
    tests: TESTS,
    mutations: [
      ['a server speaks DTLS 1.2', "if (reader.uint(2) !== DTLS_1_2) refuse('DTLS 1.2');", 'reader.uint(2);'],
      ['a server takes our suite', 'if (reader.uint(2) !== CIPHER_SUITE)', 'if (reader.uint(2) === 0)'],
      [
        'a server answers what was offered',
        "for (const type of extensions.keys()) if (!ANSWERABLE.includes(type)) refuse('what was offered');",
        '',
      ],
      ['a server takes an SRTP profile of ours', 'offered.includes(profile) && ', ''],
    ],
  },
  {
    file: 'relay/webrtc/mends/dtls-key-share.ts',
    tests: TESTS,
    mutations: [
      ['shares are on one curve', 'type !== CURVE_TYPE_NAMED || curve !== NAMED_CURVE', 'type === curve'],
      ['points are whole', 'if (point.length !== UNCOMPRESSED_POINT_BYTES)', 'if (point.length === 0)'],
    ],
  },
  {
    file: 'relay/webrtc/mends/dtls-association.ts',
    tests: TESTS,
    mutations: [
      ['records are taken once', 'this.#received.mark(record.sequence);', ''],
      [
        'the clear is read in a handshake alone',
        "if (this.#state !== 'handshake' || record.type !== ContentType.handshake) return;",
        'if (record.type !== ContentType.handshake) return;',
      ],
      [
        'data waits for the end of the handshake',
        "this.#state === 'secured') this.#receiveSecured(record.type, plain);",
        "this.#state !== 'closed') this.#receiveSecured(record.type, plain);",
      ],
      [
        'nothing is sent before the end of the handshake',
        "if (this.#state !== 'secured') throw new DtlsError('closed', 'no secured session');",
        '',
      ],
    ],
  },
];
