import type { SoundFault, SoundFaultCode, SoundPart } from '../sound-devices.ts';

/** What the sound engine says on its descriptor 3; see `docs/sound.md`. */
export type SoundMessage =
  | { readonly type: 'ready'; readonly part: SoundPart }
  | {
      readonly type: 'audio';
      readonly capturedAtMs: number;
      /** Of its first sample, counted at 48 kHz since the engine began. */
      readonly sample: number;
      readonly opus: Uint8Array;
    }
  | { readonly type: 'keyframe-needed' }
  | { readonly type: 'fault'; readonly part: SoundPart | 'engine'; readonly fault: Omit<SoundFault, 'part'> };

/** Kind and length. */
const HEADER_BYTES = 5;
/** Time of capture and number of the first sample, 64 bits each. */
const AUDIO_HEADER_BYTES = 16;
/** The most that Opus makes of a frame is 1,275 bytes, of a packet of several three times that (RFC 6716 §3.2). */
const MAX_OPUS_BYTES = 1275;
const MAX_FAULT_BYTES = 2048;
const MAX_EXACT = 0x1f_ffff_ffff_ffffn;

const PARTS: readonly string[] = ['microphone', 'speaker', 'screen'] satisfies SoundPart[];
const FAULT_CODES: readonly string[] = [
  'missing_program',
  'failed_to_start',
  'died',
] satisfies SoundFaultCode[];

const kinds: Readonly<Record<string, { readonly minBytes: number; readonly maxBytes: number }>> = {
  R: { minBytes: 6, maxBytes: 10 },
  A: { minBytes: AUDIO_HEADER_BYTES + 1, maxBytes: AUDIO_HEADER_BYTES + MAX_OPUS_BYTES },
  K: { minBytes: 0, maxBytes: 0 },
  F: { minBytes: 3, maxBytes: MAX_FAULT_BYTES },
};

/** Cuts the engine's bytes into messages, however they arrive; holds at most one message. */
export class SoundMessageReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * Takes the next bytes and hands out every message they complete.
   * @throws RangeError where the bytes are no message: the engine cannot be trusted from then on.
   */
  push(chunk: Uint8Array): SoundMessage[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const messages: SoundMessage[] = [];
    for (let length = this.#messageLength(); length !== null; length = this.#messageLength()) {
      messages.push(parseSoundMessage(this.#pending.subarray(0, length)));
      this.#pending = this.#pending.subarray(length);
    }
    return messages;
  }

  /** Bytes of the first message with its header, or null while it is incomplete. */
  #messageLength(): number | null {
    if (this.#pending.length < HEADER_BYTES) return null;
    const kind = kinds[this.#pending.toString('latin1', 0, 1)];
    const length = this.#pending.readUInt32BE(1);
    if (!kind || length < kind.minBytes || length > kind.maxBytes)
      throw new RangeError('not a message of the sound engine');
    return this.#pending.length < HEADER_BYTES + length ? null : HEADER_BYTES + length;
  }
}

function parseSoundMessage(message: Buffer): SoundMessage {
  const payload = message.subarray(HEADER_BYTES);
  switch (message.toString('latin1', 0, 1)) {
    case 'R':
      return { type: 'ready', part: parsePart(payload.toString('latin1')) };
    case 'A':
      return {
        type: 'audio',
        capturedAtMs: Number(payload.readBigUInt64BE(0) & MAX_EXACT) / 1000,
        sample: Number(payload.readBigUInt64BE(8) & MAX_EXACT),
        opus: Buffer.from(payload.subarray(AUDIO_HEADER_BYTES)),
      };
    case 'K':
      return { type: 'keyframe-needed' };
    default:
      return parseFault(payload);
  }
}

function parsePart(text: string): SoundPart {
  if (!PARTS.includes(text)) throw new RangeError('not a part of the sound engine');
  return text as SoundPart;
}

/** A part, a code and a sentence, with line feeds between. */
function parseFault(payload: Buffer): SoundMessage {
  const [part = '', code = '', ...rest] = payload.toString().split('\n');
  if (!FAULT_CODES.includes(code)) throw new RangeError('not a fault of the sound engine');
  const message = rest.join(' ').replaceAll(/\p{Cc}+/gu, ' ');
  return {
    type: 'fault',
    part: part === 'engine' ? part : parsePart(part),
    fault: { code: code as SoundFaultCode, message },
  };
}
