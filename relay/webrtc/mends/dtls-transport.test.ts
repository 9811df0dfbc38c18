import { describe, expect, it, vi } from 'vitest';
import type { RTCDtlsTransport } from '../werift.ts';
import { mendDtls } from './dtls-mend.ts';
import { ContentType } from './dtls-record.ts';
import {
  DtlsTestClient,
  encodeCertificateBody,
  encodeClientHello,
  HELLO_EXTENSIONS,
  makeCertificate,
} from './testing/dtls-client.ts';

describe('a mended DTLS transport', () => {
  it('answers a client that spoke before it was started', async () => {
    const { transport, receive, sent, client, finish } = await fakeTransport();
    for (let n = 0; n < 20; n++) receive(Buffer.from([128, n])); // media is not for DTLS
    receive(client.helloDatagram());
    expect(sent).toEqual([]);
    const started = transport.start();
    finish();
    await started;
    expect(transport.state).toBe('connected');
  });

  it('keeps no more than a flight for later', async () => {
    const { transport, receive, sent, client } = await fakeTransport();
    for (let n = 0; n < 8; n++) receive(Buffer.from([22, n]));
    receive(client.helloDatagram());
    const started = transport.start();
    expect(sent).toEqual([]);
    await transport.stop();
    await expect(started).rejects.toMatchObject({ code: 'closed' });
  });

  it('answers at once when a path opens after the client spoke', async () => {
    const { transport, connection, receive, sent, client, finish } = await fakeTransport();
    connection.nominated = undefined;
    const started = transport.start();
    receive(client.helloDatagram());
    sent.length = 0; // werift dropped it
    connection.queryConsent();
    expect(connection.consents).toBe(1);
    expect(sent).toHaveLength(1);
    connection.queryConsent();
    expect(sent).toHaveLength(1);
    finish();
    await started;
  });

  it('gives no SRTP keys to a client that wants no media, and data to SCTP all the same', async () => {
    const { transport, receive, client, finish } = await fakeTransport(HELLO_EXTENSIONS.slice(0, 3));
    const started = transport.start();
    receive(client.helloDatagram());
    finish();
    await started;
    expect(transport.startSrtp).not.toHaveBeenCalled();
    receive(client.sealed(ContentType.applicationData, Buffer.from('data')));
    expect(transport.dataReceiver).toHaveBeenCalledExactlyOnceWith(Buffer.from('data'));
  });

  it('does not start without the fingerprint of the client', async () => {
    const { transport } = await fakeTransport();
    transport.remoteParameters.fingerprints.length = 0;
    await expect(transport.start()).rejects.toMatchObject({ code: 'bad_certificate' });
    expect(transport.state).toBe('failed');
  });

  it('does not start with an RSA certificate of our own', async () => {
    const { transport } = await fakeTransport();
    const { pem, keyPem } = await makeCertificate(1);
    transport.localCertificate = { certPem: pem, privateKey: keyPem };
    await expect(transport.start()).rejects.toThrow(TypeError);
    expect(transport.state).toBe('failed');
  });

  it('is closed when the client says so, and by that alone', async () => {
    const { transport, receive, client, finish } = await fakeTransport();
    const started = transport.start();
    receive(client.helloDatagram());
    finish();
    await started;
    receive(client.clear(ContentType.alert, Buffer.from([1, 0])));
    expect(transport.state).toBe('connected');
    receive(client.sealed(ContentType.alert, Buffer.from([1, 0])));
    expect(transport.state).toBe('closed');
  });

  it('stays closed when it is stopped in the middle of a handshake', async () => {
    const { transport, receive, sent, client } = await fakeTransport();
    const started = transport.start();
    receive(client.helloDatagram());
    await transport.stop();
    await expect(started).rejects.toMatchObject({ code: 'closed' });
    expect(transport.state).toBe('closed');
    const count = sent.length;
    receive(client.helloDatagram());
    expect(sent).toHaveLength(count);
  });

  it('is not connected when it is stopped in the moment the client proves itself', async () => {
    const { transport, receive, client, finish } = await fakeTransport();
    const started = transport.start();
    receive(client.helloDatagram());
    finish();
    await transport.stop();
    await expect(started).rejects.toMatchObject({ code: 'closed' });
    expect(transport.state).toBe('closed');
    expect(transport.startSrtp).not.toHaveBeenCalled();
  });

  it('listens to nothing once stopped', async () => {
    const { transport, connection } = await fakeTransport();
    await transport.stop();
    expect(connection.listeners.size).toBe(0);
  });

  it('is started once', async () => {
    const { transport, receive, client, finish } = await fakeTransport();
    const started = transport.start();
    await expect(transport.start()).rejects.toThrow(TypeError);
    receive(client.helloDatagram());
    finish();
    await started;
    expect(transport.state).toBe('connected');
  });
});

/** An ICE connection and a DTLS transport as werift shows them, without sockets. */
async function fakeTransport(extensions = HELLO_EXTENSIONS) {
  const [camera, phone] = await Promise.all([makeCertificate(), makeCertificate()]);
  const sent: Buffer[] = [];
  const connection = fakeConnection(sent);
  const transport = {
    state: 'new',
    role: 'auto',
    srtpProfiles: [7],
    iceTransport: { connection },
    localCertificate: { certPem: camera.pem, privateKey: camera.keyPem },
    remoteParameters: { fingerprints: [{ algorithm: 'SHA-256', value: colons(phone.fingerprint) }] },
    dataReceiver: vi.fn(),
    startSrtp: vi.fn(),
    updateSrtpSession: vi.fn(),
    setState: (state: string) => {
      transport.state = state;
    },
    start: () => Promise.reject(new TypeError('stock')),
    stop: async () => transport.setState('closed'),
  };
  mendDtls(transport as unknown as RTCDtlsTransport, { role: 'server' });
  const client = new DtlsTestClient({
    certificateBody: encodeCertificateBody(phone.raw),
    key: phone.keyPem,
    hello: encodeClientHello({ extensions }),
  });
  const receive = (datagram: Buffer) => {
    for (const listener of connection.listeners) listener(datagram);
  };
  const finish = () => {
    for (const record of client.answer(sent[0] ?? Buffer.alloc(0))) receive(record);
  };
  return { transport, connection, sent, client, receive, finish };
}

function fakeConnection(sent: Buffer[]) {
  const listeners = new Set<(datagram: Buffer) => void>();
  const connection = {
    listeners,
    consents: 0,
    nominated: {} as object | undefined,
    queryConsent: () => {
      connection.consents += 1;
    },
    send: async (datagram: Buffer) => {
      sent.push(datagram);
    },
    onData: {
      subscribe: (listener: (datagram: Buffer) => void) => {
        listeners.add(listener);
        return { unSubscribe: () => listeners.delete(listener) };
      },
    },
  };
  return connection;
}

function colons(bytes: Buffer): string {
  return (bytes.toString('hex').match(/../g) ?? []).join(':');
}
