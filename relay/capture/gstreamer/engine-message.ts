import * as v from 'valibot';
import type { Rendition } from '../capture.ts';

/** What the engine says on its descriptor 3; see `docs/capture.md`. */
export type EngineMessage =
  | { readonly type: 'ready'; readonly found: EngineFound }
  | {
      readonly type: 'picture';
      readonly rendition: Rendition;
      readonly capturedAtMs: number;
      readonly byteStream: Uint8Array;
    }
  | { readonly type: 'snapshot'; readonly width: number; readonly height: number; readonly jpeg: Uint8Array }
  /** An answer to a question about devices or elements, not looked at yet. */
  | { readonly type: 'information'; readonly value: unknown }
  /** Something that was asked for could not be done; the pictures go on. */
  | { readonly type: 'complaint'; readonly message: string }
  | { readonly type: 'fault'; readonly code: FaultCode; readonly message: string };

const foundSchema = v.strictObject({
  /** Absent where nothing was started. */
  encoder: v.optional(v.picklist(['v4l2', 'x264', 'openh264', 'none'])),
  canExpose: v.optional(v.boolean()),
});
/** What became of the plan. */
export type EngineFound = v.InferOutput<typeof foundSchema>;

const FAULT_CODES = [
  'missing_program',
  'bad_settings',
  'failed_to_start',
  'died',
  'busy',
  'gone',
  'refused',
  'unreachable',
] as const;
/** Why the engine gives up. */
export type FaultCode = (typeof FAULT_CODES)[number];

/** Kind and length. */
const HEADER_BYTES = 5;
/** Milliseconds since the epoch, 64 bits. */
const TIME_BYTES = 8;
/** Width and height of a snapshot, 32 bits each. */
const SIZE_BYTES = 8;
/** Ten times the largest keyframe that x264 makes of a 1080p picture here. */
export const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
/** A JPEG of twelve megapixels, which is what the largest Pi camera takes, with detail everywhere. */
const MAX_SNAPSHOT_BYTES = 16 * 1024 * 1024;
/** A camera with hundreds of modes. */
const MAX_JSON_BYTES = 128 * 1024;
const MAX_WORDS_BYTES = 2048;

const kinds: Readonly<Record<string, { readonly minBytes: number; readonly maxBytes: number }>> = {
  R: { minBytes: 2, maxBytes: MAX_WORDS_BYTES },
  P: { minBytes: TIME_BYTES + 5, maxBytes: TIME_BYTES + MAX_PICTURE_BYTES },
  L: { minBytes: TIME_BYTES + 5, maxBytes: TIME_BYTES + MAX_PICTURE_BYTES },
  S: { minBytes: SIZE_BYTES + 4, maxBytes: SIZE_BYTES + MAX_SNAPSHOT_BYTES },
  I: { minBytes: 2, maxBytes: MAX_JSON_BYTES },
  W: { minBytes: 1, maxBytes: MAX_WORDS_BYTES },
  F: { minBytes: 3, maxBytes: MAX_WORDS_BYTES },
};

/** Cuts the engine's bytes into messages, however they arrive; holds at most one message. */
export class EngineMessageReader {
  #pending: Uint8Array = new Uint8Array(0);

  /**
   * Takes the next bytes and hands out every message they complete.
   * @throws RangeError where the bytes are no message: the engine cannot be trusted from then on.
   */
  push(chunk: Uint8Array): EngineMessage[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const messages: EngineMessage[] = [];
    for (let length = this.#messageLength(); length !== null; length = this.#messageLength()) {
      messages.push(parseEngineMessage(this.#pending.subarray(0, length)));
      this.#pending = this.#pending.subarray(length);
    }
    return messages;
  }

  /** Bytes of the first message with its header, or null while it is incomplete. */
  #messageLength(): number | null {
    if (this.#pending.length < HEADER_BYTES) return null;
    const kind = kinds[String.fromCharCode(this.#pending[0] ?? 0)];
    const length = viewOf(this.#pending).getUint32(1);
    if (!kind || length < kind.minBytes || length > kind.maxBytes)
      throw new RangeError('not an engine message');
    return this.#pending.length < HEADER_BYTES + length ? null : HEADER_BYTES + length;
  }
}

function parseEngineMessage(message: Uint8Array): EngineMessage {
  const payload = message.subarray(HEADER_BYTES);
  const kind = String.fromCharCode(message[0] ?? 0);
  switch (kind) {
    case 'R':
      return { type: 'ready', found: parseFound(payload) };
    case 'P':
    case 'L':
      return {
        type: 'picture',
        rendition: kind === 'P' ? 'main' : 'low',
        capturedAtMs: Number(viewOf(payload).getBigUint64(0) & 0x1f_ffff_ffff_ffffn),
        byteStream: payload.subarray(TIME_BYTES),
      };
    case 'S':
      return {
        type: 'snapshot',
        width: viewOf(payload).getUint32(0),
        height: viewOf(payload).getUint32(4),
        // Its own memory: the reader's goes on to hold what follows.
        jpeg: Uint8Array.from(payload.subarray(SIZE_BYTES)),
      };
    case 'I':
      return { type: 'information', value: parseJson(payload) };
    case 'W':
      return { type: 'complaint', message: parseWords(payload) };
    default:
      return parseFault(payload);
  }
}

/** A code, a line feed, a sentence. */
function parseFault(payload: Uint8Array): EngineMessage {
  const text = new TextDecoder().decode(payload);
  const [said = ''] = text.split('\n', 1);
  const code = FAULT_CODES.find((each) => each === said);
  if (!code) throw new RangeError('not an engine fault');
  return { type: 'fault', code, message: withoutControls(text.slice(code.length + 1)) };
}

function parseFound(payload: Uint8Array): EngineFound {
  const parsed = v.safeParse(foundSchema, parseJson(payload));
  if (!parsed.success) throw new RangeError('not what an engine finds');
  return parsed.output;
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch (cause) {
    throw new RangeError('not an engine answer', { cause });
  }
}

function parseWords(payload: Uint8Array): string {
  return withoutControls(new TextDecoder().decode(payload));
}

function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
