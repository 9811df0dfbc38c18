import { createDecipheriv } from 'node:crypto';
import type { RtpHeader } from './rtp-packet.ts';
import {
  createReplayWindow,
  deriveRtpKey,
  type SessionKey,
  SRTP_TAG_BYTES,
  type SrtpMasterKey,
  saltedNonce,
} from './srtp.ts';

/** Opens the RTP packets that one viewer sends. */
export interface SrtpReceiver {
  /** The payload; null when forged, damaged, seen before, or of one stream too many. */
  unprotectRtp(packet: Buffer, header: RtpHeader): Buffer | null;
}

/** A page sends sound and a picture, and each anew after a change of its tracks. */
const MAX_STREAMS = 16;
const SEQUENCE_NUMBERS = 0x1_0000;

/** What is known of one stream; changed by authentic packets alone (RFC 3711 §3.3.1). */
interface Stream {
  /** Rollover counter and sequence number of the newest packet. */
  newest: number;
  readonly isFresh: (index: number) => boolean;
}

/** SRTP with AES-128-GCM (RFC 7714 §8), towards us. */
export function createSrtpReceiver(master: SrtpMasterKey): SrtpReceiver {
  const session = deriveRtpKey(master);
  const streams = new Map<number, Stream>();
  return {
    unprotectRtp(packet, header) {
      const known = streams.get(header.ssrc);
      if (!known && streams.size >= MAX_STREAMS) return null;
      const index = known ? indexOf(header.sequenceNumber, known.newest) : header.sequenceNumber;
      if (index < 0) return null;
      const payload = open(session, packet, header, index);
      if (!payload) return null;
      const stream = known ?? { newest: index, isFresh: createReplayWindow() };
      if (!stream.isFresh(index)) return null;
      stream.newest = Math.max(stream.newest, index);
      streams.set(header.ssrc, stream);
      return payload;
    },
  };
}

/** The packet index nearest to the newest one (RFC 3711 §3.3.1, appendix A). */
function indexOf(sequenceNumber: number, newest: number): number {
  const rollovers = Math.floor(newest / SEQUENCE_NUMBERS);
  const distance = sequenceNumber - (newest % SEQUENCE_NUMBERS);
  const half = SEQUENCE_NUMBERS / 2;
  const shift = distance > half ? -1 : distance < -half ? 1 : 0;
  return (rollovers + shift) * SEQUENCE_NUMBERS + sequenceNumber;
}

function open(session: SessionKey, packet: Buffer, header: RtpHeader, index: number): Buffer | null {
  const tagAt = packet.length - SRTP_TAG_BYTES;
  if (tagAt < header.bytes) return null;
  const rolloverCounter = Math.floor(index / SEQUENCE_NUMBERS);
  const nonce = saltedNonce(session.salt, header.ssrc, rolloverCounter, header.sequenceNumber);
  const decipher = createDecipheriv('aes-128-gcm', session.key, nonce, { authTagLength: SRTP_TAG_BYTES });
  decipher.setAAD(packet.subarray(0, header.bytes));
  decipher.setAuthTag(packet.subarray(tagAt));
  try {
    return Buffer.concat([decipher.update(packet.subarray(header.bytes, tagAt)), decipher.final()]);
  } catch {
    // The one thing `final` throws for is a wrong tag: not from the viewer.
    return null;
  }
}
