import { MAX_MESSAGE_BYTES } from './answer.ts';
import { type DtlsCertificate, weriftCertificateOf } from './certificate.ts';
import { type DataChannel, wrapDataChannel } from './data-channel.ts';
import type { IceAgent } from './ice-agent.ts';
import { mendSecureTransports } from './mend.ts';
import type { DtlsRole, DtlsSecrets } from './mends/dtls-handshake.ts';
import { exportSrtpKeys } from './mends/dtls-srtp-keys.ts';
import { SRTP_AEAD_AES_128_GCM, SRTP_KEY_BYTES, SRTP_SALT_BYTES, type SrtpMasterKey } from './srtp.ts';
import { RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport, RTCSctpTransport } from './werift.ts';

const SCTP_PORT = 5000;
/** More channels than the application opens; each costs a little memory. */
const MAX_CHANNELS = 16;

export interface SecureSessionOptions {
  readonly agent: IceAgent;
  readonly certificate: DtlsCertificate;
  /** Of the viewer, SHA-256. */
  readonly remoteFingerprint: string;
  /** Ours in DTLS. */
  readonly role: DtlsRole;
  /**
   * Told once, before or with the end of {@link SecureSession.connect}: the viewer holds the key of the announced certificate, and
   * media may go to it; null when it wants none.
   */
  readonly onProved: (keys: SrtpKeys | null) => void;
  readonly onChannel: (channel: DataChannel) => void;
  /** The viewer broke a protocol above DTLS. */
  readonly onFault: (cause: unknown) => void;
  /** The viewer ended the DTLS session. */
  readonly onEnd: () => void;
}

/** SRTP master keys of both directions. */
export interface SrtpKeys {
  readonly local: SrtpMasterKey;
  readonly remote: SrtpMasterKey;
}

/** DTLS 1.2 with the viewer's certificate pinned, and the data channels above it. */
export class SecureSession {
  readonly #dtls: RTCDtlsTransport;
  readonly #sctp: RTCSctpTransport;

  constructor(options: SecureSessionOptions) {
    const { agent, certificate, remoteFingerprint, role, onProved, onChannel, onFault, onEnd } = options;
    this.#dtls = new RTCDtlsTransport({}, agent.transport, weriftCertificateOf(certificate), [
      SRTP_AEAD_AES_128_GCM,
    ]);
    // We encrypt SRTP ourselves; this keeps werift from doing it too.
    this.#dtls.srtpStarted = true;
    const fingerprint = new RTCDtlsFingerprint('sha-256', remoteFingerprint);
    this.#dtls.setRemoteParams(new RTCDtlsParameters([fingerprint], role === 'client' ? 'server' : 'client'));
    this.#sctp = new RTCSctpTransport(SCTP_PORT, MAX_MESSAGE_BYTES);
    this.#sctp.setDtlsTransport(this.#dtls);
    this.#sctp.onDataChannel.subscribe((channel) => {
      if (Object.keys(this.#sctp.dataChannels).length > MAX_CHANNELS)
        onFault(new RangeError('too many channels'));
      else onChannel(wrapDataChannel(channel));
    });
    this.#dtls.onStateChange.subscribe((state) => {
      if (state === 'closed') onEnd();
    });
    mendSecureTransports(this.#dtls, this.#sctp, {
      ...{ role, onFault },
      onProved: (secrets) => onProved(srtpKeysOf(secrets, role)),
    });
  }

  /**
   * Sees to the handshake; listens from the moment of the call, before there is a path. Resolves when data can go both ways;
   * rejects when the handshake fails.
   */
  async connect(remoteSctpPort: number): Promise<void> {
    await this.#sctp.start(remoteSctpPort);
    await this.#dtls.start();
  }

  async close(): Promise<void> {
    await this.#sctp.stop();
    await this.#dtls.stop();
  }
}

function srtpKeysOf(secrets: DtlsSecrets, role: DtlsRole): SrtpKeys | null {
  if (secrets.srtpProfile !== SRTP_AEAD_AES_128_GCM) return null;
  const keys = exportSrtpKeys(secrets, role, SRTP_KEY_BYTES, SRTP_SALT_BYTES);
  return {
    local: { key: keys.localKey, salt: keys.localSalt },
    remote: { key: keys.remoteKey, salt: keys.remoteSalt },
  };
}
