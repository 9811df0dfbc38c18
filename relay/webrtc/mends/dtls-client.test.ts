import { createPrivateKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HANDSHAKE_LIMIT_MS } from './dtls-association.ts';
import { DtlsClient } from './dtls-client.ts';
import type { DtlsIdentity } from './dtls-handshake.ts';
import { encodeUint, encodeVector } from './dtls-reader.ts';
import { encodeMessage, HandshakeType } from './dtls-reassembly.ts';
import { ContentType, encodeRecord, parseRecords } from './dtls-record.ts';
import { DtlsServer } from './dtls-server.ts';
import { exportSrtpKeys } from './dtls-srtp-keys.ts';
import {
  encodeCertificateBody,
  makeCertificate,
  makeStrayKey,
  type TestCertificate,
} from './testing/dtls-client.ts';
import { DtlsTestServer, type DtlsTestServerOptions, SERVER_EXTENSIONS } from './testing/dtls-server.ts';

const CLOSE_NOTIFY = Buffer.from([1, 0]);
const FATAL = Buffer.from([2, 40]);
const NOTHING = Buffer.alloc(0);

let camera: TestCertificate;
let phone: TestCertificate;
let open: { close(): void }[] = [];

beforeAll(async () => {
  [camera, phone] = await Promise.all([makeCertificate(), makeCertificate()]);
});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const each of open) each.close();
  open = [];
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const identity = (own: TestCertificate, peer: TestCertificate, srtpProfiles = [7]): DtlsIdentity => ({
  certificate: own.raw,
  privateKey: createPrivateKey(own.keyPem),
  fingerprint: peer.fingerprint,
  srtpProfiles,
});

const codeOf = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

/** A client, all that comes out of it, and a server of a test's making. */
function setUp(change: Partial<DtlsTestServerOptions> = {}, srtpProfiles = [7]) {
  const sent: Buffer[] = [];
  const data: Buffer[] = [];
  const onClose = vi.fn();
  const client = new DtlsClient(identity(camera, phone, srtpProfiles), {
    send: (datagram) => sent.push(datagram),
    onData: (bytes) => data.push(bytes),
    onClose,
  });
  open.push(client);
  const honest = { certificateBody: encodeCertificateBody(phone.raw), key: phone.keyPem };
  const server = new DtlsTestServer({ ...honest, ...change });
  const [proved, secured] = [codeOf(client.proved), codeOf(client.secured)];
  return { client, server, sent, data, onClose, proved, secured };
}

type Session = ReturnType<typeof setUp>;

/** Up to the client's last flight, which it returns. */
function prove({ client, server, sent }: Session): Buffer[] {
  client.begin();
  for (const record of server.answer(sent[0] ?? NOTHING)) client.receive(record);
  return sent.slice(1);
}

function shakeHands(session: Session): void {
  session.client.receive(session.server.finish(prove(session)));
}

/** Has time go by until both promises are settled. */
async function outcomeOf({ proved, secured }: Session): Promise<readonly string[]> {
  vi.advanceTimersByTime(HANDSHAKE_LIMIT_MS);
  return Promise.all([proved, secured]);
}

describe('a DTLS client', () => {
  it('and a server of ours come to the same keys', async () => {
    const toServer: Buffer[] = [];
    const toClient: Buffer[] = [];
    const heard: string[] = [];
    const hooks = (out: Buffer[]) => ({
      send: (datagram: Buffer) => out.push(datagram),
      onData: (bytes: Buffer) => heard.push(String(bytes)),
      onClose: () => undefined,
    });
    const client = new DtlsClient(identity(camera, phone), hooks(toServer));
    const server = new DtlsServer(identity(phone, camera), hooks(toClient));
    open.push(client, server);
    client.begin();
    for (let turns = 0; turns < 3; turns += 1) {
      for (const datagram of toServer.splice(0)) server.receive(datagram);
      for (const datagram of toClient.splice(0)) client.receive(datagram);
    }
    const [ours, theirs] = await Promise.all([client.secured, server.secured]);
    const [local, remote] = [
      exportSrtpKeys(ours, 'client', 16, 12),
      exportSrtpKeys(theirs, 'server', 16, 12),
    ];
    expect([local.localKey, local.localSalt]).toEqual([remote.remoteKey, remote.remoteSalt]);
    expect([local.remoteKey, local.remoteSalt]).toEqual([remote.localKey, remote.localSalt]);
    expect(ours.srtpProfile).toBe(7);
    client.send(Buffer.from('hi'));
    server.receive(toServer[0] ?? NOTHING);
    server.send(Buffer.from('hello'));
    client.receive(toClient[0] ?? NOTHING);
    expect(heard).toEqual(['hi', 'hello']);
  });

  it('says nothing before it is told to begin, and begins once', () => {
    const session = setUp();
    session.client.repeat();
    expect([session.sent.length, vi.getTimerCount()]).toEqual([0, 0]);
    session.client.begin();
    session.client.begin();
    expect(session.sent).toHaveLength(1);
  });

  it('takes the server’s share for proof, a round trip before its Finished, and no data is sent or passed on between', async () => {
    const session = setUp();
    const flight = prove(session);
    await expect(session.proved).resolves.toBe('done');
    expect(() => session.client.send(Buffer.from('early'))).toThrow(
      expect.objectContaining({ code: 'closed' }),
    );
    const finished = session.server.finish(flight);
    session.client.receive(session.server.sealed(ContentType.applicationData, Buffer.from('overtaking')));
    expect(session.data).toEqual([]);
    session.client.receive(finished);
    await expect(session.secured).resolves.toBe('done');
    vi.advanceTimersByTime(0);
    expect(session.data.map(String)).toEqual(['overtaking']);
  });

  it('offers what it takes, and nothing besides', () => {
    const { client, sent } = setUp();
    client.begin();
    const [record] = parseRecords(sent[0] ?? NOTHING);
    const hello = record?.fragment ?? NOTHING;
    expect(hello.subarray(46, 54).toString('hex')).toBe('00000002c02b0100');
    expect(hello.indexOf(Buffer.from('000e00050002000700', 'hex'))).toBeGreaterThan(0);
  });

  it('shows a server that wants one its cookie, once', async () => {
    const session = setUp();
    const { client, server, sent } = session;
    client.begin();
    client.receive(server.verifyRequest(Buffer.from('cookie')));
    client.receive(server.verifyRequest(Buffer.from('other')));
    expect(sent.map((datagram) => datagram.includes('cookie'))).toEqual([false, true]);
    for (const record of server.answer(sent[1] ?? NOTHING, 1)) client.receive(record);
    client.receive(server.finish(sent.slice(2), 6));
    await expect(session.secured).resolves.toBe('done');
  });

  it('takes messages in any order and in fragments of any size', async () => {
    const session = setUp();
    session.client.begin();
    const [hello = NOTHING, certificate = NOTHING, ...rest] = session.server.answer(
      session.sent[0] ?? NOTHING,
    );
    const [, message = NOTHING] = [0, parseRecords(certificate)[0]?.fragment];
    const parts = [cut(message, 100, message.length - 12), cut(message, 0, 110)];
    const records = parts.map((part) => session.server.clear(ContentType.handshake, part));
    for (const record of [...rest.toReversed(), ...records, hello]) session.client.receive(record);
    await expect(session.proved).resolves.toBe('done');
  });

  it('wants no media where none is wanted', async () => {
    const session = setUp({ extensions: SERVER_EXTENSIONS.slice(0, 2) }, []);
    shakeHands(session);
    await expect(session.client.secured).resolves.toMatchObject({ srtpProfile: null });
  });
});

describe('a server that shows the certificate of another', () => {
  it.each<[string, () => Partial<DtlsTestServerOptions> | Promise<Partial<DtlsTestServerOptions>>, string]>([
    ['signs its share with another key', () => ({ key: makeStrayKey() }), 'decrypt_error'],
    [
      'repeats a share that was signed in another handshake',
      () => ({ signedRandoms: randomBytes(64) }),
      'decrypt_error',
    ],
    ['names a signature scheme of its own', () => ({ signatureScheme: 0x0401 }), 'decrypt_error'],
    [
      'shows another certificate than that of the offer',
      async () => {
        const other = await makeCertificate();
        return { certificateBody: encodeCertificateBody(other.raw), key: other.keyPem };
      },
      'bad_certificate',
    ],
    ['shows none', () => ({ certificateBody: encodeUint(0, 3) }), 'bad_certificate'],
    [
      'has a share that is no point of the curve',
      () => ({ point: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]) }),
      'decode_error',
    ],
    ['has a share of another curve', () => ({ curve: [3, 29] as const }), 'handshake_failure'],
    ['brings a curve of its own', () => ({ curve: [1, 23] as const }), 'handshake_failure'],
    [
      'takes no certificate of ours',
      () => ({
        request: Buffer.concat([
          encodeVector(1, encodeUint(1, 1)),
          encodeVector(2, encodeUint(0x0804, 2)),
          encodeVector(2),
        ]),
      }),
      'handshake_failure',
    ],
    ['has more to say when it is done', () => ({ done: randomBytes(3) }), 'decode_error'],
  ])('is given no keys when it %s', async (_, change, code) => {
    const session = setUp(await change());
    prove(session);
    await expect(outcomeOf(session)).resolves.toEqual([code, code]);
    expect(session.sent.flatMap((datagram) => parseRecords(datagram)).some(({ epoch }) => epoch === 1)).toBe(
      false,
    );
  });

  it('is let go when its Finished does not fit, and gets no data', async () => {
    const session = setUp({ finished: randomBytes(12) });
    shakeHands(session);
    await expect(outcomeOf(session)).resolves.toEqual(['done', 'decrypt_error']);
    session.client.receive(session.server.sealed(ContentType.applicationData, Buffer.from('data')));
    expect(session.data).toEqual([]);
  });

  it('is let go when its Finished never comes', async () => {
    const session = setUp();
    prove(session);
    await expect(outcomeOf(session)).resolves.toEqual(['done', 'timeout']);
  });

  it.each([1, 2, 3])('cannot leave message %i out', async (index) => {
    const session = setUp();
    session.client.begin();
    const records = session.server.answer(session.sent[0] ?? NOTHING);
    for (const record of records.toSpliced(index, 1)) session.client.receive(record);
    await expect(outcomeOf(session)).resolves.toEqual(['timeout', 'timeout']);
  });

  it('cannot send its Finished in the clear', async () => {
    const session = setUp();
    prove(session);
    const finished = encodeMessage({ type: HandshakeType.finished, sequence: 5, body: randomBytes(12) });
    session.client.receive(session.server.clear(ContentType.handshake, finished));
    await expect(outcomeOf(session)).resolves.toEqual(['done', 'timeout']);
  });
});

describe('a ServerHello that answers something else', () => {
  const without = (type: number) => SERVER_EXTENSIONS.filter(([other]) => other !== type);
  const srtp = (...profiles: number[]) =>
    Buffer.concat([encodeVector(2, ...profiles.map((profile) => encodeUint(profile, 2))), encodeVector(1)]);
  it.each<[string, Partial<DtlsTestServerOptions>]>([
    ['another version', { version: 0xfeff }],
    ['another suite', { suite: 0xc02f }],
    ['no extended master secret', { extensions: without(23) }],
    ['what was not offered', { extensions: [...SERVER_EXTENSIONS, [35, NOTHING]] }],
    ['an extension twice', { extensions: [...SERVER_EXTENSIONS, ...SERVER_EXTENSIONS] }],
    ['another SRTP profile', { extensions: [...without(14), [14, srtp(1)]] }],
    ['two SRTP profiles', { extensions: [...without(14), [14, srtp(7, 1)]] }],
    [
      'an MKI',
      {
        extensions: [
          ...without(14),
          [14, Buffer.concat([srtp(7).subarray(0, 4), encodeVector(1, encodeUint(9, 1))])],
        ],
      },
    ],
  ])('is not taken, and does not spoil the one of the phone: %s', async (_, change) => {
    const session = setUp();
    session.client.begin();
    const [forged = NOTHING] = setUp(change).server.answer(session.sent[0] ?? NOTHING);
    session.client.receive(forged);
    for (const record of session.server.answer(session.sent[0] ?? NOTHING)) session.client.receive(record);
    await expect(session.proved).resolves.toBe('done');
  });
});

describe('spoofed records', () => {
  const forged = () => [
    setUp().server.clear(ContentType.alert, FATAL),
    setUp().server.clear(ContentType.alert, CLOSE_NOTIFY),
    setUp().server.clear(99, randomBytes(40)),
    setUp().server.clear(ContentType.changeCipherSpec, Buffer.from([1])),
    setUp().server.clear(ContentType.applicationData, randomBytes(40)),
    encodeRecord({ type: ContentType.alert, epoch: 1, sequence: 5000, fragment: CLOSE_NOTIFY }),
    encodeRecord({ type: ContentType.handshake, epoch: 1, sequence: 5001, fragment: randomBytes(60) }),
    encodeRecord({ type: ContentType.alert, epoch: 2, sequence: 0, fragment: CLOSE_NOTIFY }),
  ];

  it('do not hinder a handshake', async () => {
    const session = setUp();
    session.client.begin();
    for (const record of session.server.answer(session.sent[0] ?? NOTHING)) {
      for (const datagram of forged()) session.client.receive(datagram);
      session.client.receive(record);
    }
    const flight = session.sent.slice(1);
    for (const datagram of forged()) session.client.receive(datagram);
    session.client.receive(session.server.finish(flight));
    await expect(session.secured).resolves.toBe('done');
  });

  it('in the clear are not read any more once the peer is proved', async () => {
    const session = setUp();
    const flight = prove(session);
    for (const record of setUp().server.answer(session.sent[0] ?? NOTHING)) session.client.receive(record);
    session.client.receive(session.server.verifyRequest(Buffer.from('cookie')));
    session.client.receive(session.server.finish(flight));
    await expect(session.secured).resolves.toBe('done');
    expect(session.sent.slice(1)).toEqual(flight);
  });

  it('never make it fail otherwise than by its own codes', () => {
    const datagram = fc
      .record({
        type: fc.constantFrom(20, 21, 22, 22, 22, 23),
        epoch: fc.nat(1),
        sequence: fc.nat(2 ** 20),
        fragment: fc.oneof(
          fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
          fc
            .record({
              type: fc.constantFrom(2, 3, 11, 12, 13, 14, 20),
              sequence: fc.nat(6),
              body: fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
            })
            .map(encodeMessage),
        ),
      })
      .map(encodeRecord);
    fc.assert(
      fc.property(fc.array(datagram, { maxLength: 12 }), (datagrams) => {
        const { client, data } = setUp();
        client.begin();
        for (const each of datagrams) client.receive(each);
        client.close();
        expect(data).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('lost datagrams', () => {
  it('are sent again, hello and last flight, in new records', async () => {
    const session = setUp();
    session.client.begin();
    vi.advanceTimersByTime(250 + 500);
    expect(session.sent).toHaveLength(3);
    const records = session.server.answer(session.sent[2] ?? NOTHING);
    for (const record of records) session.client.receive(record);
    const count = session.sent.length;
    vi.advanceTimersByTime(250);
    expect(session.sent.length).toBeGreaterThan(count);
    const numbers = session.sent
      .flatMap((datagram) => parseRecords(datagram))
      .map(({ epoch, sequence }) => `${epoch} ${sequence}`);
    expect(new Set(numbers).size).toBe(numbers.length);
    session.client.receive(session.server.finish(session.sent.slice(3, count)));
    await expect(session.secured).resolves.toBe('done');
    const total = session.sent.length;
    vi.advanceTimersByTime(HANDSHAKE_LIMIT_MS);
    expect(session.sent).toHaveLength(total);
  });

  it('of the server come twice and change nothing', async () => {
    const session = setUp();
    session.client.begin();
    const records = session.server.answer(session.sent[0] ?? NOTHING);
    for (const record of [...records, ...records]) session.client.receive(record);
    const finished = session.server.finish(session.sent.slice(1));
    const count = session.sent.length;
    session.client.receive(finished);
    session.client.receive(finished);
    await expect(session.secured).resolves.toBe('done');
    expect(session.sent).toHaveLength(count);
  });
});

describe('the end of a session', () => {
  it('is told to a peer that is proved', async () => {
    const session = setUp();
    session.server.finish(prove(session));
    session.client.close();
    expect(session.server.open(session.sent.at(-1) ?? NOTHING)).toEqual([CLOSE_NOTIFY]);
    await expect(session.secured).resolves.toBe('closed');
  });

  it('is believed from a peer that is proved, before its Finished too', async () => {
    const session = setUp();
    session.server.finish(prove(session));
    session.client.receive(session.server.sealed(ContentType.alert, CLOSE_NOTIFY));
    await expect(session.secured).resolves.toBe('closed');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is believed from the peer, and records are taken once', () => {
    const session = setUp();
    shakeHands(session);
    const record = session.server.sealed(ContentType.applicationData, Buffer.from('once'));
    for (let times = 0; times < 3; times += 1) session.client.receive(record);
    expect(session.data.map(String)).toEqual(['once']);
    session.client.receive(session.server.sealed(ContentType.alert, CLOSE_NOTIFY));
    expect(session.onClose).toHaveBeenCalledOnce();
  });
});

/** A fragment of a handshake message, from `start` to `end` of its body. */
function cut(message: Buffer, start: number, end: number): Buffer {
  return Buffer.concat([
    message.subarray(0, 6),
    encodeUint(start, 3),
    encodeUint(end - start, 3),
    message.subarray(12 + start, 12 + end),
  ]);
}
