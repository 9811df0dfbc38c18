import { DtlsError } from './dtls-error.ts';
import { ReplayWindow } from './dtls-replay-window.ts';

/** A phone sends audio, perhaps video, and their repairs; more sources are an attempt to fill memory. */
const MAX_SOURCES = 32;
const SEQUENCE_SPAN = 0x10000;
const AEAD_AES_128_GCM = 0x0007;
const HMAC_SHA1_TAG_BYTES = 10;

/** One of werift's SRTP or SRTCP sessions, as far as it matters here. */
interface Decrypting {
  decrypt: (packet: Buffer) => Buffer;
}

/** Refuses SRTP packets that were taken before (RFC 3711 §3.3.2); werift keeps no list. */
export function refuseSrtpReplay(session: Decrypting): void {
  refuseReplay(session, (packet, window) => ({
    source: packet.readUInt32BE(8),
    index: estimateIndex(packet.readUInt16BE(2), window(packet.readUInt32BE(8)).newest),
  }));
}

/** Refuses SRTCP packets that were taken before. */
export function refuseSrtcpReplay(session: Decrypting, srtpProfile: number): void {
  const trailer = 4 + (srtpProfile === AEAD_AES_128_GCM ? 0 : HMAC_SHA1_TAG_BYTES);
  refuseReplay(session, (packet) => ({
    source: packet.readUInt32BE(4),
    index: packet.readUInt32BE(packet.length - trailer) & 0x7fffffff,
  }));
}

type Locate = (
  packet: Buffer,
  window: (source: number) => ReplayWindow,
) => { readonly source: number; readonly index: number };

function refuseReplay(session: Decrypting, locate: Locate): void {
  const windows = new Map<number, ReplayWindow>();
  const windowOf = (source: number): ReplayWindow => windows.get(source) ?? new ReplayWindow();
  const decrypt = session.decrypt;
  session.decrypt = (packet) => {
    const { source, index } = locate(packet, windowOf);
    const window = windowOf(source);
    if (!window.isFresh(index)) throw new DtlsError('replayed', 'packet taken before');
    if (!windows.has(source) && windows.size >= MAX_SOURCES)
      throw new DtlsError('replayed', 'too many sources');
    const plain = decrypt(packet); // throws unless the packet is authentic
    window.mark(index);
    windows.set(source, window);
    return plain;
  };
}

/** Index of an SRTP packet: the one with this sequence number that is nearest to the newest (RFC 3711 §3.3.1). */
export function estimateIndex(sequence: number, newest: number): number {
  if (newest < 0) return sequence;
  const guess = newest - (newest % SEQUENCE_SPAN) + sequence;
  if (guess - newest > SEQUENCE_SPAN / 2 && guess >= SEQUENCE_SPAN) return guess - SEQUENCE_SPAN;
  return newest - guess > SEQUENCE_SPAN / 2 ? guess + SEQUENCE_SPAN : guess;
}
