import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { RtpHeader } from '../werift.ts';
import type { DtlsRole } from './dtls-handshake.ts';
import { mendDtls } from './dtls-mend.ts';
import { encodeMessage, HandshakeType } from './dtls-reassembly.ts';
import { ContentType, encodeRecord } from './dtls-record.ts';
import { encodeClientHello, makeCertificate, type TestCertificate } from './testing/dtls-client.ts';
import { LoopbackPair } from './testing/loopback-pair.ts';

const MENDED = { mended: true };
const STOCK = { mended: false };

let victim: TestCertificate;

beforeAll(async () => {
  victim = await makeCertificate();
});

/** A phone that offers and shows the certificate of another, and signs with its own key. */
function forgery(mended: boolean, role: DtlsRole = 'server') {
  return {
    ...{ mended, role },
    rewriteOffer: (sdp: string) => withFingerprint(sdp, victim.fingerprint),
    tamper: (dtls: { cipher: { localCert: Uint8Array } }) => {
      dtls.cipher.localCert = victim.raw;
    },
  };
}

/** A phone whose Finished is made up. */
function wrongFinished(mended: boolean, role: DtlsRole = 'server') {
  return {
    ...{ mended, role },
    tamper: (dtls: { cipher: { verifyData: (transcript: Buffer) => Buffer } }) => {
      dtls.cipher.verifyData = () => randomBytes(12);
    },
  };
}

const spoofed = {
  'a plaintext alert': clear(ContentType.alert, Buffer.from([1, 0])),
  'a ClientHello': clear(
    ContentType.handshake,
    encodeMessage({ type: HandshakeType.clientHello, sequence: 0, body: encodeClientHello() }),
  ),
  'a record of unknown type': clear(40, randomBytes(20)),
};

describe('stock werift (when one of these fails, a mend may go)', () => {
  it('connects a peer that shows the certificate of another', async () => {
    await using pair = await LoopbackPair.create(forgery(false));
    await expect(pair.until('connected', 'failed')).resolves.toBe('connected');
  });

  it('connects a peer whose Finished is wrong', async () => {
    await using pair = await LoopbackPair.create(wrongFinished(false));
    await expect(pair.until('connected', 'failed')).resolves.toBe('connected');
  });

  it.each(Object.entries(spoofed))('ends a session at %s from a stranger', async (_, datagram) => {
    await using pair = await LoopbackPair.connect(STOCK);
    await pair.sendAsStranger(datagram);
    await vi.waitFor(() => expect(pair.dtls.state === 'closed' || !pair.stockDtls.connected).toBe(true));
  });

  it('keeps every fragment that does not complete a message', async () => {
    await using pair = await LoopbackPair.connect(STOCK);
    await pair.sendAsStranger(...fragments(100));
    await vi.waitFor(() => expect(pair.stockDtls.bufferFragmentedHandshakes).toHaveLength(100));
  });

  it('takes a replayed record twice', async () => {
    await using pair = await LoopbackPair.connect(STOCK);
    await expect(replayedData(pair)).resolves.toBe(2);
  });

  it('takes replayed SRTCP and SRTP twice', async () => {
    await using pair = await LoopbackPair.connect(STOCK);
    await expect(replayedMedia(pair)).resolves.toEqual({ rtcp: 2, rtp: 2 });
  });
});

describe('a mended transport', () => {
  it('connects an honest peer, with AES-GCM, as DTLS server', async () => {
    await using pair = await LoopbackPair.connect(MENDED);
    await expect(pair.echo('hello')).resolves.toBe('hello');
    expect(pair.camera.localDescription?.sdp).toContain('a=setup:passive');
    expect(pair.dtls.dtls?.srtp.srtpProfile).toBe(7);
    expect(pair.dtls.dtls?.remoteCertificate).toBeInstanceOf(Buffer);
    await expect(pair.dtls.getStats()).resolves.toContainEqual(
      expect.objectContaining({ tlsVersion: 'DTLS 1.2', srtpCipher: 'AEAD_AES_128_GCM' }),
    );
  });

  it.each([
    ['shows the certificate of another', () => forgery(true)],
    ['sends a wrong Finished', () => wrongFinished(true)],
    [
      'has another certificate than its offer says',
      () => ({ ...MENDED, rewriteOffer: forgery(true).rewriteOffer }),
    ],
    ['offers no SHA-256 fingerprint', () => ({ ...MENDED, rewriteOffer: withoutSha256 })],
    ['offers two SHA-256 fingerprints', () => ({ ...MENDED, rewriteOffer: withSecondFingerprint })],
  ])('refuses a peer that %s, and gives it no keys', async (_, options) => {
    await using pair = await LoopbackPair.create(options());
    const fromPhone = vi.fn();
    pair.dtls.dataReceiver = fromPhone;
    await expect(pair.until('connected', 'failed')).resolves.toBe('failed');
    expect(pair.states).not.toContain('connected');
    expect(pair.dtls.srtp).toBeUndefined();
    expect(pair.dtls.srtpStarted).toBe(false);
    expect(fromPhone).not.toHaveBeenCalled();
    await expect(pair.dtls.sendData(Buffer.from('secret'))).rejects.toThrow();
  });

  it('connects an honest peer as DTLS client', async () => {
    await using pair = await LoopbackPair.connect({ ...MENDED, role: 'client' });
    await expect(pair.echo('hello')).resolves.toBe('hello');
    expect(pair.camera.localDescription?.sdp).toContain('a=setup:active');
    expect(pair.dtls.dtls?.srtp.srtpProfile).toBe(7);
  });

  it('passes on what comes in the same moment as Finished, as over TCP, when it can be answered', async () => {
    await using pair = await LoopbackPair.create({ ...MENDED, role: 'client' });
    holdUntilData(pair);
    const states: string[] = [];
    const { dataReceiver } = pair.dtls;
    pair.dtls.dataReceiver = (data) => {
      states.push(pair.dtls.state);
      return dataReceiver(data);
    };
    await expect(pair.until('connected', 'failed')).resolves.toBe('connected');
    await vi.waitFor(() => expect(states).toContain('connected'));
    expect(states).not.toContain('connecting');
  });

  it.each([
    ['shows the certificate of another', forgery(true, 'client')],
    ['sends a wrong Finished', wrongFinished(true, 'client')],
    [
      'has another certificate than its offer says',
      { ...MENDED, role: 'client' as const, rewriteOffer: forgery(true).rewriteOffer },
    ],
  ])('refuses, as DTLS client, a peer that %s', async (_, options) => {
    await using pair = await LoopbackPair.create(options);
    const fromPhone = vi.fn();
    pair.dtls.dataReceiver = fromPhone;
    await expect(pair.until('connected', 'failed')).resolves.toBe('failed');
    expect(pair.dtls.srtp).toBeUndefined();
    expect(fromPhone).not.toHaveBeenCalled();
  });

  it('plays no other role than the one that its answer says', async () => {
    await using pair = await LoopbackPair.create(MENDED);
    pair.dtls.role = 'client';
    await expect(pair.dtls.start()).rejects.toMatchObject({ code: 'other_role' });
    expect(pair.dtls.state).toBe('failed');
  });

  it('is mended once, however often it is asked for', async () => {
    await using pair = await LoopbackPair.create(MENDED);
    const { start } = pair.dtls;
    mendDtls(pair.dtls, { role: 'server' });
    expect(pair.dtls.start).toBe(start);
  });

  it.each(Object.entries(spoofed))(
    'goes on after %s, from a stranger and from the address of the phone',
    async (_, datagram) => {
      await using pair = await LoopbackPair.connect(MENDED);
      await pair.sendAsStranger(datagram);
      await pair.sendAsPhone(datagram, ...fragments(200));
      await expect(pair.echo('still here')).resolves.toBe('still here');
      expect(pair.dtls.state).toBe('connected');
    },
  );

  it('drops a replayed record', async () => {
    await using pair = await LoopbackPair.connect(MENDED);
    await expect(replayedData(pair)).resolves.toBe(1);
  });

  it('drops replayed SRTCP and SRTP', async () => {
    await using pair = await LoopbackPair.connect(MENDED);
    await expect(replayedMedia(pair)).resolves.toEqual({ rtcp: 1, rtp: 1 });
  });

  it('outlives hostile datagrams at the ICE port', async () => {
    await using pair = await LoopbackPair.connect(MENDED);
    const datagrams = fc.sample(hostileDatagram(), { numRuns: 400, seed: 1 });
    for (let at = 0; at < datagrams.length; at += 50) {
      await pair.sendAsStranger(...datagrams.slice(at, at + 50));
      await pair.sendAsPhone(...datagrams.slice(at, at + 50));
      await expect(pair.echo(`after ${at}`)).resolves.toBe(`after ${at}`);
    }
    expect(pair.dtls.state).toBe('connected');
  });

  it('tells the phone when it closes', async () => {
    await using pair = await LoopbackPair.connect(MENDED);
    const sent = vi.fn();
    const { connection } = pair.dtls.iceTransport;
    const send = connection.send.bind(connection);
    connection.send = (datagram) => {
      sent(datagram[0]);
      return send(datagram);
    };
    await pair.camera.close();
    expect(sent).toHaveBeenLastCalledWith(ContentType.alert);
  });
});

/** How often the camera takes one datagram of application data that comes twice. */
async function replayedData(pair: LoopbackPair): Promise<number> {
  const marker = 'not for SCTP';
  const receive = pair.dtls.dataReceiver;
  let taken = 0;
  pair.dtls.dataReceiver = (data) => {
    if (data.toString() === marker) taken += 1;
    else receive(data);
  };
  const datagrams = pair.record();
  await pair.phoneDtls.sendData(Buffer.from(marker));
  await pair.sendAsPhone(datagrams.at(-1) ?? Buffer.alloc(0));
  await pair.echo('done');
  return taken;
}

/** How often the camera takes SRTCP and SRTP packets that come twice. */
async function replayedMedia(pair: LoopbackPair): Promise<{ rtcp: number; rtp: number }> {
  const taken = { rtcp: 0, rtp: 0 };
  pair.dtls.onRtcp.subscribe(() => {
    taken.rtcp += 1;
  });
  pair.dtls.onRtp.subscribe(() => {
    taken.rtp += 1;
  });
  await vi.waitFor(() => expect(pair.phoneDtls.srtp).toBeDefined());
  const report = Buffer.from('80c90001000010e1', 'hex'); // an empty receiver report
  const header = new RtpHeader({ ssrc: 4321, sequenceNumber: 7, payloadType: 0 });
  const rtcp = pair.phoneDtls.srtcp.encrypt(report);
  const rtp = pair.phoneDtls.srtp.encrypt(randomBytes(20), header);
  await pair.sendAsPhone(rtcp, rtcp, rtp, rtp);
  await pair.echo('done');
  return taken;
}

function clear(type: number, fragment: Buffer): Buffer {
  return encodeRecord({ type, epoch: 0, sequence: 0, fragment });
}

/** Fragments of messages that never come whole. */
function fragments(count: number): Buffer[] {
  return Array.from({ length: count }, (_, sequence) => {
    const message = encodeMessage({ type: HandshakeType.certificate, sequence, body: randomBytes(20) });
    message.writeUIntBE(4000, 1, 3);
    return clear(ContentType.handshake, message);
  });
}

/** STUN, DTLS, SRTP and nonsense, told apart by the first byte (RFC 7983 §7). */
function hostileDatagram(): fc.Arbitrary<Buffer> {
  const bytes = fc.uint8Array({ maxLength: 120 }).map((array) => Buffer.from(array));
  const stun = fc
    .tuple(fc.constantFrom(0x0001, 0x0101, 0x0111, 0x0003), bytes)
    .map(([type, body]) => asStun(type, body));
  const dtls = fc
    .record({
      type: fc.constantFrom(20, 21, 22, 23, 24, 63),
      epoch: fc.nat(2),
      sequence: fc.nat(2 ** 20),
      fragment: bytes,
    })
    .map(encodeRecord);
  const media = bytes.map((body) => Buffer.concat([Buffer.from([0x80 | (body.length & 63), 200]), body]));
  return fc.oneof(bytes, stun, dtls, media);
}

function asStun(type: number, body: Buffer): Buffer {
  const padded = body.subarray(0, body.length - (body.length % 4));
  const header = Buffer.alloc(20, 1);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(padded.length, 2);
  header.writeUInt32BE(0x2112a442, 4);
  return Buffer.concat([header, padded]);
}

function withFingerprint(sdp: string, fingerprint: Buffer): string {
  return sdp.replaceAll(/a=fingerprint:sha-256 .*/g, `a=fingerprint:sha-256 ${colons(fingerprint)}`);
}

function withoutSha256(sdp: string): string {
  return sdp.replaceAll(/a=fingerprint:sha-256 .*/g, `a=fingerprint:sha-512 ${colons(randomBytes(64))}`);
}

function withSecondFingerprint(sdp: string): string {
  return sdp.replaceAll(
    /a=fingerprint:sha-256 .*/g,
    (line) => `${line}\r\na=fingerprint:sha-256 ${colons(victim.fingerprint)}`,
  );
}

function colons(bytes: Buffer): string {
  return (bytes.toString('hex').toUpperCase().match(/../g) ?? []).join(':');
}

/** Keeps what the phone sends under its keys until data is among it, and has it all arrive at once. */
function holdUntilData({ dtls }: LoopbackPair): void {
  const { onData } = dtls.iceTransport.connection;
  const deliver = onData.execute;
  const held: Buffer[] = [];
  onData.execute = (datagram: Buffer) => {
    const isUnderKeys = datagram.readUInt8(0) <= 63 && datagram.readUInt16BE(3) === 1;
    if (!isUnderKeys) return deliver(datagram);
    held.push(datagram);
    if (datagram.readUInt8(0) === ContentType.applicationData)
      for (const each of held.splice(0)) deliver(each);
  };
}
