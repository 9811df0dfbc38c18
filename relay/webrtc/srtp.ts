import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';

// SRTP and SRTCP with AES-128-GCM (RFC 7714), the one profile we agree to: half the cost of AES-CM with SHA-1.

/** DTLS-SRTP protection profile SRTP_AEAD_AES_128_GCM (RFC 7714 §14.2). */
export const SRTP_AEAD_AES_128_GCM = 7;
export const SRTP_KEY_BYTES = 16;
export const SRTP_SALT_BYTES = 12;
/** What protection adds to an RTP packet. */
export const SRTP_TAG_BYTES = 16;
const SRTCP_INDEX_BYTES = 4;
const SRTCP_ENCRYPTED_FLAG = 0x8000_0000;
/** RTCP is sparse; 64 allows for all the reordering there is (RFC 3711 §3.3.2). */
const REPLAY_WINDOW = 64;

/** A key for RTP and what its nonces are made of, of one direction (RFC 3711 §4.3). */
export function deriveRtpKey(master: SrtpMasterKey): SessionKey {
  return deriveKey(master, LABEL.rtpKey, LABEL.rtpSalt);
}

/** Key derivation labels (RFC 3711 §4.3.1, §4.3.2). */
const LABEL = { rtpKey: 0, rtpSalt: 2, rtcpKey: 3, rtcpSalt: 5 } as const;

/** Master key and salt of one direction, from the DTLS exporter (RFC 5764 §4.2). */
export interface SrtpMasterKey {
  /** {@link SRTP_KEY_BYTES} bytes. */
  readonly key: Uint8Array;
  /** {@link SRTP_SALT_BYTES} bytes. */
  readonly salt: Uint8Array;
}

/** Identifies one RTP packet for its nonce; no value may come twice with one key (RFC 7714 §8.1). */
export interface SrtpPacketIndex {
  readonly ssrc: number;
  readonly rolloverCounter: number;
  readonly sequenceNumber: number;
}

/** Protects what we send to one viewer. */
export interface SrtpSender {
  /** `header` includes extensions and stays readable; returns a buffer of its own. */
  protectRtp(header: Uint8Array, payload: Uint8Array, index: SrtpPacketIndex): Buffer;
  /** Protects a compound packet and counts its index. */
  protectRtcp(packet: Uint8Array): Buffer;
}

/** Opens what one viewer sends. */
export interface SrtcpReceiver {
  /** The plain compound packet; null when forged, damaged or seen before. */
  unprotectRtcp(packet: Uint8Array): Buffer | null;
}

export function createSrtpSender(master: SrtpMasterKey): SrtpSender {
  const rtp = deriveRtpKey(master);
  const rtcp = deriveKey(master, LABEL.rtcpKey, LABEL.rtcpSalt);
  let nextRtcpIndex = 0;
  return {
    protectRtp(header, payload, { ssrc, rolloverCounter, sequenceNumber }) {
      const nonce = saltedNonce(rtp.salt, ssrc, rolloverCounter, sequenceNumber);
      const cipher = createCipheriv('aes-128-gcm', rtp.key, nonce);
      cipher.setAAD(header);
      const packet = Buffer.allocUnsafe(header.length + payload.length + SRTP_TAG_BYTES);
      packet.set(header, 0);
      packet.set(cipher.update(payload), header.length);
      cipher.final();
      packet.set(cipher.getAuthTag(), header.length + payload.length);
      return packet;
    },
    protectRtcp(plain) {
      const index = nextRtcpIndex;
      nextRtcpIndex = (nextRtcpIndex + 1) % 0x8000_0000;
      return sealRtcp(rtcp, Buffer.from(plain), index);
    },
  };
}

export function createSrtcpReceiver(master: SrtpMasterKey): SrtcpReceiver {
  const rtcp = deriveKey(master, LABEL.rtcpKey, LABEL.rtcpSalt);
  const isFresh = createReplayWindow();
  return {
    unprotectRtcp(bytes) {
      const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (packet.length < 8 + SRTP_TAG_BYTES + SRTCP_INDEX_BYTES) return null;
      const word = packet.readUInt32BE(packet.length - SRTCP_INDEX_BYTES);
      // Feedback in the clear is allowed by the RFC and sent by nobody.
      if (word < SRTCP_ENCRYPTED_FLAG) return null;
      const plain = openRtcp(rtcp, packet, word);
      return plain && isFresh(word - SRTCP_ENCRYPTED_FLAG) ? plain : null;
    },
  };
}

/** What packets of one kind are sealed with. */
export interface SessionKey {
  /** Given as bytes it would be made into an object for every packet, which takes four times as long as the cipher. */
  readonly key: KeyObject;
  readonly salt: Buffer;
}

/** AES-CM as a pseudo-random function over the salted label (RFC 3711 §4.3.3; salt padded as RFC 7714 §11 says). */
function deriveKey(master: SrtpMasterKey, keyLabel: number, saltLabel: number): SessionKey {
  const derive = (label: number, length: number): Buffer => {
    const counter = Buffer.alloc(16);
    counter.set(master.salt, 0);
    counter.writeUInt8(counter.readUInt8(7) ^ label, 7);
    return createCipheriv('aes-128-ctr', master.key, counter).update(Buffer.alloc(length));
  };
  return { key: createSecretKey(derive(keyLabel, SRTP_KEY_BYTES)), salt: derive(saltLabel, SRTP_SALT_BYTES) };
}

/** The nonce of one RTP packet: two zero octets, SSRC, rollover counter, sequence number, all over the salt (RFC 7714 §8.1). */
export function saltedNonce(
  salt: Buffer,
  ssrc: number,
  rolloverCounter: number,
  sequenceNumber: number,
): Buffer {
  const nonce = Buffer.allocUnsafe(SRTP_SALT_BYTES);
  nonce.writeUInt16BE(salt.readUInt16BE(0), 0);
  nonce.writeUInt32BE((salt.readUInt32BE(2) ^ ssrc) >>> 0, 2);
  nonce.writeUInt32BE((salt.readUInt32BE(6) ^ rolloverCounter) >>> 0, 6);
  nonce.writeUInt16BE(salt.readUInt16BE(10) ^ sequenceNumber, 10);
  return nonce;
}

/** RFC 7714 §9.1: the 31-bit index stands where rollover counter and sequence number do. */
function rtcpNonce(salt: Buffer, ssrc: number, index: number): Buffer {
  return saltedNonce(salt, ssrc, index >>> 16, index & 0xffff);
}

function sealRtcp(session: SessionKey, plain: Buffer, index: number): Buffer {
  const trailer = Buffer.allocUnsafe(SRTCP_INDEX_BYTES);
  trailer.writeUInt32BE(index + SRTCP_ENCRYPTED_FLAG, 0);
  const header = plain.subarray(0, 8);
  const cipher = createCipheriv(
    'aes-128-gcm',
    session.key,
    rtcpNonce(session.salt, plain.readUInt32BE(4), index),
  );
  cipher.setAAD(Buffer.concat([header, trailer]));
  const encrypted = cipher.update(plain.subarray(8));
  cipher.final();
  return Buffer.concat([header, encrypted, cipher.getAuthTag(), trailer]);
}

function openRtcp(session: SessionKey, packet: Buffer, word: number): Buffer | null {
  const header = packet.subarray(0, 8);
  const trailer = packet.subarray(packet.length - SRTCP_INDEX_BYTES);
  const tagAt = packet.length - SRTCP_INDEX_BYTES - SRTP_TAG_BYTES;
  const nonce = rtcpNonce(session.salt, packet.readUInt32BE(4), word - SRTCP_ENCRYPTED_FLAG);
  const decipher = createDecipheriv('aes-128-gcm', session.key, nonce);
  decipher.setAAD(Buffer.concat([header, trailer]));
  decipher.setAuthTag(packet.subarray(tagAt, tagAt + SRTP_TAG_BYTES));
  try {
    return Buffer.concat([header, decipher.update(packet.subarray(8, tagAt)), decipher.final()]);
  } catch {
    // The one thing `final` throws for is a wrong tag: not from the viewer.
    return null;
  }
}

/** Sliding window over authenticated indices (RFC 3711 §3.3.2): whether one is new. Each of the newest has its own place. */
export function createReplayWindow(): (index: number) => boolean {
  // An SRTP index has 48 bits.
  const seen = new Float64Array(REPLAY_WINDOW).fill(-1);
  let newest = -1;
  return (index) => {
    const place = index % REPLAY_WINDOW;
    if (newest - index >= REPLAY_WINDOW || seen[place] === index) return false;
    seen[place] = index;
    newest = Math.max(newest, index);
    return true;
  };
}
