import { createEmitter } from './emitter.ts';
import type { RTCDataChannel } from './werift.ts';

/** A reliable, ordered channel of messages, opened by the viewer (RFC 8832). */
export interface DataChannel {
  readonly label: string;
  /** Queues one message, also on a channel that is still being opened; nothing happens on a closed one. */
  send(message: string | Uint8Array): void;
  onMessage(listener: (message: string | Uint8Array) => void): () => void;
  /** Calls `listener` once, when either side has closed it or the session is over. */
  onClose(listener: () => void): () => void;
  close(): void;
}

/** A channel opens within a moment, in which little is said. */
const MAX_EARLY_MESSAGES = 8;

/** Hides werift's channel. */
export function wrapDataChannel(inner: RTCDataChannel): DataChannel {
  const messages = createEmitter<string | Uint8Array>();
  const closes = createEmitter<void>();
  const messageSubscription = inner.onMessage.subscribe((message) => messages.emit(message));
  let early: (string | Uint8Array)[] = [];
  const send = (message: string | Uint8Array) =>
    inner.send(typeof message === 'string' ? message : Buffer.from(message));
  const stateSubscription = inner.stateChanged.subscribe((state) => {
    if (state === 'open') for (const message of early.splice(0)) send(message);
    if (state !== 'closed') return;
    early = [];
    messageSubscription.unSubscribe();
    stateSubscription.unSubscribe();
    closes.emit();
    messages.clear();
    closes.clear();
  });
  return {
    label: inner.label,
    send(message) {
      if (inner.readyState === 'open') send(message);
      else if (inner.readyState === 'connecting' && early.length < MAX_EARLY_MESSAGES) early.push(message);
    },
    onMessage: messages.on,
    onClose: closes.on,
    close: () => inner.close(),
  };
}
