import { createPrivateKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HANDSHAKE_LIMIT_MS } from './dtls-association.ts';
import { encodeUint } from './dtls-reader.ts';
import { encodeMessage, HandshakeReassembly, HandshakeType } from './dtls-reassembly.ts';
import { ContentType, encodeRecord, parseRecords } from './dtls-record.ts';
import { DtlsServer } from './dtls-server.ts';
import {
  type DtlsClientOptions,
  DtlsTestClient,
  encodeCertificateBody,
  encodeClientHello,
  HELLO_EXTENSIONS,
  makeCertificate,
  makeStrayKey,
  type TestCertificate,
} from './testing/dtls-client.ts';

const CLOSE_NOTIFY = Buffer.from([1, 0]);
const FATAL = Buffer.from([2, 40]);

let camera: TestCertificate;
let phone: TestCertificate;
let open: DtlsServer[] = [];

beforeAll(async () => {
  [camera, phone] = await Promise.all([makeCertificate(), makeCertificate()]);
});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const server of open) server.close();
  open = [];
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A server, a client and all that comes out of the server. */
function setUp(client: Partial<DtlsClientOptions> = {}) {
  const sent: Buffer[] = [];
  const data: Buffer[] = [];
  const onClose = vi.fn();
  const server = new DtlsServer(
    {
      certificate: camera.raw,
      privateKey: createPrivateKey(camera.keyPem),
      fingerprint: phone.fingerprint,
      srtpProfiles: [7, 1],
    },
    { send: (datagram) => sent.push(datagram), onData: (bytes) => data.push(bytes), onClose },
  );
  open.push(server);
  const outcome = server.secured.then(
    () => 'secured',
    (error: { code: string }) => error.code,
  );
  const honest = { certificateBody: encodeCertificateBody(phone.raw), key: phone.keyPem };
  return { server, sent, data, onClose, outcome, client: new DtlsTestClient({ ...honest, ...client }) };
}

/** Runs a whole handshake, one record a datagram. */
function shakeHands(session: ReturnType<typeof setUp>): Buffer[] {
  session.server.receive(session.client.helloDatagram());
  const answer = session.client.answer(Buffer.concat(session.sent));
  for (const record of answer) session.server.receive(record);
  return answer;
}

describe('a DTLS server', () => {
  it('secures a client that holds the key of its certificate', async () => {
    const session = setUp();
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('secured');
    session.server.receive(session.client.sealed(ContentType.applicationData, Buffer.from('hello')));
    expect(session.data.map(String)).toEqual(['hello']);
    session.server.send(Buffer.from('hi'));
    expect(session.client.open(session.sent.at(-1) ?? Buffer.alloc(0))).toEqual([
      { type: ContentType.applicationData, plain: Buffer.from('hi') },
    ]);
  });

  it('prefers AES-GCM for SRTP whatever the order of the client', async () => {
    const session = setUp();
    shakeHands(session);
    await expect(session.server.secured).resolves.toMatchObject({ srtpProfile: 7 });
  });

  it('serves a client that wants no media', async () => {
    const session = setUp({ hello: encodeClientHello({ extensions: HELLO_EXTENSIONS.slice(0, 3) }) });
    shakeHands(session);
    await expect(session.server.secured).resolves.toMatchObject({ srtpProfile: null });
  });

  it('takes messages in any order and in fragments of any size', async () => {
    const session = setUp();
    const hello = session.client.hello;
    session.server.receive(
      session.client.clear(ContentType.handshake, fragmentOf(hello, 60, hello.length - 12)),
    );
    session.server.receive(session.client.clear(ContentType.handshake, fragmentOf(hello, 0, 70)));
    const [certificate, share, proof, finished] = session.client.answer(Buffer.concat(session.sent));
    for (const record of [proof, share, certificate, finished])
      session.server.receive(record ?? Buffer.alloc(0));
    await expect(session.outcome).resolves.toBe('secured');
  });
});

describe('a client that shows the certificate of another', () => {
  it('is refused when another key signed CertificateVerify', async () => {
    const session = setUp({ key: makeStrayKey() });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('decrypt_error');
  });

  it('is refused when it names a signature scheme of its own', async () => {
    const session = setUp({ signatureScheme: 0x0401 });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('decrypt_error');
  });

  it('stays refused when its Finished leaves the failed proof out', async () => {
    const session = setUp({ key: makeStrayKey(), forgetProof: true });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('decrypt_error');
    session.server.receive(session.client.sealed(ContentType.applicationData, Buffer.from('data')));
    expect(session.data).toEqual([]);
    expect(() => session.server.send(Buffer.from('data'))).toThrow(
      expect.objectContaining({ code: 'closed' }),
    );
  });

  it('is refused when its certificate is not the one of the offer', async () => {
    const other = await makeCertificate();
    const session = setUp({ certificateBody: encodeCertificateBody(other.raw), key: other.keyPem });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('bad_certificate');
  });

  it('is refused when it shows none', async () => {
    const session = setUp({ certificateBody: encodeUint(0, 3) });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('bad_certificate');
  });

  it('is refused when its Finished does not fit', async () => {
    const session = setUp({ finished: randomBytes(12) });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('decrypt_error');
  });

  it('is refused when its Finished is empty', async () => {
    const session = setUp({ finished: Buffer.alloc(0) });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('decrypt_error');
  });

  it('is refused when its key share is not a point of the curve', async () => {
    const point = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]);
    const session = setUp({ point });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('decode_error');
  });

  it('is refused when its key share is compressed', async () => {
    const session = setUp({ compressed: true });
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('decode_error');
  });

  it('gets no data passed before its Finished', () => {
    const session = setUp();
    session.server.receive(session.client.helloDatagram());
    const [certificate, share, proof] = session.client.answer(Buffer.concat(session.sent));
    for (const record of [certificate, share, proof]) session.server.receive(record ?? Buffer.alloc(0));
    session.server.receive(session.client.sealed(ContentType.applicationData, Buffer.from('early')));
    expect(session.data).toEqual([]);
    expect(() => session.server.send(Buffer.from('early'))).toThrow(
      expect.objectContaining({ code: 'closed' }),
    );
  });

  it('cannot leave CertificateVerify out', async () => {
    const session = setUp();
    session.server.receive(session.client.helloDatagram());
    const [certificate, share, , finished] = session.client.answer(Buffer.concat(session.sent));
    for (const record of [certificate, share, finished]) session.server.receive(record ?? Buffer.alloc(0));
    vi.advanceTimersByTime(HANDSHAKE_LIMIT_MS);
    await expect(session.outcome).resolves.toBe('timeout');
  });

  it('cannot send Finished in the clear', async () => {
    const session = setUp({ finished: randomBytes(12) });
    session.server.receive(session.client.helloDatagram());
    const answer = session.client.answer(Buffer.concat(session.sent));
    for (const record of answer.slice(0, 3)) session.server.receive(record);
    const finished = encodeMessage({ type: HandshakeType.finished, sequence: 4, body: randomBytes(12) });
    session.server.receive(session.client.clear(ContentType.handshake, finished));
    vi.advanceTimersByTime(HANDSHAKE_LIMIT_MS);
    await expect(session.outcome).resolves.toBe('timeout');
  });
});

describe('a ClientHello we cannot answer', () => {
  const without = (type: number) => HELLO_EXTENSIONS.filter(([other]) => other !== type);
  it.each([
    ['another suite', encodeClientHello({ suites: [0xc02f] })],
    ['no P-256', encodeClientHello({ extensions: without(10) })],
    ['no ECDSA', encodeClientHello({ extensions: without(13) })],
    ['no extended master secret', encodeClientHello({ extensions: without(23) })],
    ['DTLS 1.0', encodeClientHello({ version: 0xfeff })],
    [
      'an SRTP profile unknown to us',
      encodeClientHello({ extensions: [...without(14), [14, Buffer.from([0, 2, 0, 5, 0])]] }),
    ],
    ['an extension twice', encodeClientHello({ extensions: [...HELLO_EXTENSIONS, ...HELLO_EXTENSIONS] })],
    ['half of it', encodeClientHello().subarray(0, 50)],
  ])('gets no answer and does not spoil the next: %s', async (_, hello) => {
    const session = setUp();
    session.server.receive(setUp({ hello }).client.helloDatagram());
    expect(session.sent).toEqual([]);
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('secured');
  });
});

describe('spoofed records', () => {
  const forged = () => [
    setUp().client.clear(ContentType.alert, FATAL),
    setUp().client.clear(ContentType.alert, CLOSE_NOTIFY),
    setUp().client.helloDatagram(),
    setUp().client.clear(99, randomBytes(40)),
    setUp().client.clear(ContentType.changeCipherSpec, Buffer.from([1])),
    setUp().client.clear(ContentType.applicationData, randomBytes(40)),
    encodeRecord({ type: ContentType.alert, epoch: 1, sequence: 5000, fragment: CLOSE_NOTIFY }),
    encodeRecord({ type: ContentType.applicationData, epoch: 1, sequence: 5001, fragment: randomBytes(60) }),
    encodeRecord({ type: ContentType.alert, epoch: 2, sequence: 0, fragment: CLOSE_NOTIFY }),
    setUp().client.clear(
      ContentType.handshake,
      encodeMessage({ type: HandshakeType.finished, sequence: 40_000, body: randomBytes(12) }),
    ),
  ];

  it('do not hinder a handshake', async () => {
    const session = setUp();
    session.server.receive(session.client.helloDatagram());
    const answer = session.client.answer(Buffer.concat(session.sent));
    for (const record of answer) {
      for (const datagram of forged()) session.server.receive(datagram);
      session.server.receive(record);
    }
    await expect(session.outcome).resolves.toBe('secured');
  });

  it('do not end a session', () => {
    const session = setUp();
    shakeHands(session);
    for (const datagram of forged()) session.server.receive(datagram);
    expect(session.onClose).not.toHaveBeenCalled();
    session.server.receive(session.client.sealed(ContentType.applicationData, Buffer.from('still here')));
    expect(session.data.map(String)).toEqual(['still here']);
  });

  it('in the clear are not even read once a session is secured', () => {
    const session = setUp();
    shakeHands(session);
    const add = vi.spyOn(HandshakeReassembly.prototype, 'add');
    for (const datagram of forged()) session.server.receive(datagram);
    expect(add).not.toHaveBeenCalled();
    add.mockRestore();
  });

  it('that carry handshake messages under another type are not read', () => {
    const session = setUp();
    session.server.receive(session.client.clear(ContentType.alert, session.client.hello));
    expect(session.sent).toEqual([]);
  });

  it('of a later epoch are not read, even under the keys of this one', () => {
    const session = setUp();
    shakeHands(session);
    session.server.receive(session.client.sealed(ContentType.applicationData, Buffer.from('later'), 2));
    expect(session.data).toEqual([]);
  });

  it('with a bad tag do not use up the number of a genuine record', () => {
    const session = setUp();
    shakeHands(session);
    const genuine = session.client.sealed(ContentType.applicationData, Buffer.from('genuine'));
    const bad = Buffer.from(genuine);
    bad.writeUInt8(bad.readUInt8(bad.length - 1) ^ 1, bad.length - 1);
    session.server.receive(bad);
    session.server.receive(genuine);
    expect(session.data.map(String)).toEqual(['genuine']);
  });
});

describe('a record taken before', () => {
  it('is dropped', () => {
    const session = setUp();
    shakeHands(session);
    const record = session.client.sealed(ContentType.applicationData, Buffer.from('once'));
    for (let n = 0; n < 3; n++) session.server.receive(record);
    expect(session.data.map(String)).toEqual(['once']);
  });
});

describe('the end of a session', () => {
  it('is believed from the client', () => {
    const session = setUp();
    shakeHands(session);
    session.server.receive(session.client.sealed(ContentType.alert, CLOSE_NOTIFY));
    expect(session.onClose).toHaveBeenCalledOnce();
    session.server.receive(session.client.sealed(ContentType.applicationData, Buffer.from('late')));
    expect(session.data).toEqual([]);
  });

  it('is told to the client', () => {
    const session = setUp();
    shakeHands(session);
    session.server.close();
    const last = session.sent.at(-1) ?? Buffer.alloc(0);
    expect(session.client.open(last)).toEqual([{ type: ContentType.alert, plain: CLOSE_NOTIFY }]);
  });
});

describe('lost datagrams', () => {
  it('of the server are sent again, in new records, ever more slowly', () => {
    const session = setUp();
    session.server.receive(session.client.helloDatagram());
    expect(session.sent).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(session.sent).toHaveLength(2);
    vi.advanceTimersByTime(499);
    expect(session.sent).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(session.sent).toHaveLength(3);
    const numbers = session.sent.flatMap((datagram) =>
      parseRecords(datagram).map(({ sequence }) => sequence),
    );
    expect(new Set(numbers).size).toBe(15);
  });

  it('are sent again at once when a path opens, and then only when there are any', () => {
    const session = setUp();
    session.server.repeat();
    expect(session.sent).toEqual([]);
    session.server.receive(session.client.helloDatagram());
    session.server.repeat();
    expect(session.sent).toHaveLength(2);
    for (const record of session.client.answer(session.sent[0] ?? Buffer.alloc(0)))
      session.server.receive(record);
    const count = session.sent.length;
    session.server.repeat();
    expect(session.sent).toHaveLength(count);
  });

  it('are not repeated to a secured client, but its Finished is answered again', () => {
    const session = setUp();
    session.server.receive(session.client.helloDatagram());
    const answer = session.client.answer(Buffer.concat(session.sent));
    for (const record of answer) session.server.receive(record);
    const count = session.sent.length;
    vi.advanceTimersByTime(60_000);
    expect(session.sent).toHaveLength(count);
    session.server.receive(session.client.finished(randomBytes(48)));
    expect(session.client.open(session.sent.at(-1) ?? Buffer.alloc(0))[0]).toMatchObject({
      type: ContentType.handshake,
    });
    expect(session.sent).toHaveLength(count + 1);
  });

  it('of a client that falls silent are not waited for', async () => {
    const session = setUp();
    session.server.receive(session.client.helloDatagram());
    vi.advanceTimersByTime(HANDSHAKE_LIMIT_MS);
    await expect(session.outcome).resolves.toBe('timeout');
  });
});

describe('hostile datagrams', () => {
  it('never throw, and never end a session', () => {
    const session = setUp();
    shakeHands(session);
    fc.assert(
      fc.property(hostileDatagram(), (datagram) => {
        session.server.receive(datagram);
      }),
      { numRuns: 500 },
    );
    session.server.receive(session.client.sealed(ContentType.applicationData, Buffer.from('still here')));
    expect(session.data.map(String)).toEqual(['still here']);
  });

  it('before the ClientHello never throw, and never hinder it', async () => {
    const session = setUp();
    fc.assert(
      fc.property(hostileDatagram(), (datagram) => {
        session.server.receive(datagram);
      }),
      { numRuns: 500 },
    );
    shakeHands(session);
    await expect(session.outcome).resolves.toBe('secured');
  });
});

/** Whole records around arbitrary bytes, so that the parsers behind the record layer are reached. */
function hostileDatagram(): fc.Arbitrary<Buffer> {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  const record = fc
    .record({
      type: fc.oneof(fc.constantFrom(20, 21, 22, 23), fc.nat(255)),
      epoch: fc.constantFrom(0, 1, 2),
      sequence: fc.nat(2 ** 31),
      fragment: fc.oneof(bytes, bytes.map(asHandshake)),
    })
    .map(encodeRecord);
  return fc.oneof(
    bytes,
    fc.array(record, { maxLength: 4 }).map((records) => Buffer.concat(records)),
  );
}

/** As a ClientHello message: undecodable ones must not stand in the way of the client's own. */
function asHandshake(body: Buffer): Buffer {
  return encodeMessage({ type: HandshakeType.clientHello, sequence: 0, body });
}

/** Bytes `from` to `to` of the body of a message, as a fragment. */
function fragmentOf(message: Buffer, from: number, to: number): Buffer {
  const header = Buffer.from(message.subarray(0, 12));
  header.writeUIntBE(from, 6, 3);
  header.writeUIntBE(to - from, 9, 3);
  return Buffer.concat([header, message.subarray(12 + from, 12 + to)]);
}
