/** What the engine says on its descriptor 3; see `docs/capture.md`. */
export type EngineMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'picture'; readonly capturedAtMs: number; readonly byteStream: Uint8Array }
  | { readonly type: 'fault'; readonly code: FaultCode; readonly message: string };

/** Why the engine gives up. */
export type FaultCode = 'missing_program' | 'bad_settings' | 'failed_to_start' | 'died';

/** Type and length. */
const HEADER_BYTES = 5;
/** Milliseconds since the epoch, 64 bits. */
const TIME_BYTES = 8;
/** Ten times the largest keyframe that x264 makes of a 1080p picture here. */
export const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
const MAX_FAULT_BYTES = 2048;
const faultCodes: readonly string[] = [
  'missing_program',
  'bad_settings',
  'failed_to_start',
  'died',
] satisfies FaultCode[];

const kinds: Readonly<Record<string, { readonly minBytes: number; readonly maxBytes: number }>> = {
  R: { minBytes: 0, maxBytes: 0 },
  P: { minBytes: TIME_BYTES + 5, maxBytes: TIME_BYTES + MAX_PICTURE_BYTES },
  F: { minBytes: 3, maxBytes: MAX_FAULT_BYTES },
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
  switch (String.fromCharCode(message[0] ?? 0)) {
    case 'R':
      return { type: 'ready' };
    case 'P':
      return {
        type: 'picture',
        capturedAtMs: Number(viewOf(payload).getBigUint64(0) & 0x1f_ffff_ffff_ffffn),
        byteStream: payload.subarray(TIME_BYTES),
      };
    default:
      return parseFault(payload);
  }
}

/** A code, a line feed, a sentence. */
function parseFault(payload: Uint8Array): EngineMessage {
  const text = new TextDecoder().decode(payload);
  const [code = ''] = text.split('\n', 1);
  if (!faultCodes.includes(code)) throw new RangeError('not an engine fault');
  const message = text.slice(code.length + 1).replaceAll(/\p{Cc}+/gu, ' ');
  return { type: 'fault', code: code as FaultCode, message };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
