import { createEmitter } from './emitter.ts';
import type { RTCDataChannel } from './werift.ts';

/** A reliable, ordered channel of messages, opened by the viewer (RFC 8832). */
export interface DataChannel {
  readonly label: string;
  /** Queues one message; nothing happens on a closed channel. */
  send(message: string | Uint8Array): void;
  onMessage(listener: (message: string | Uint8Array) => void): () => void;
  /** Calls `listener` once, when either side has closed it or the session is over. */
  onClose(listener: () => void): () => void;
  close(): void;
}

/** Hides werift's channel. */
export function wrapDataChannel(inner: RTCDataChannel): DataChannel {
  const messages = createEmitter<string | Uint8Array>();
  const closes = createEmitter<void>();
  const messageSubscription = inner.onMessage.subscribe((message) => messages.emit(message));
  const stateSubscription = inner.stateChanged.subscribe((state) => {
    if (state !== 'closed') return;
    messageSubscription.unSubscribe();
    stateSubscription.unSubscribe();
    closes.emit();
    messages.clear();
    closes.clear();
  });
  return {
    label: inner.label,
    send(message) {
      if (inner.readyState !== 'open') return;
      inner.send(typeof message === 'string' ? message : Buffer.from(message));
    },
    onMessage: messages.on,
    onClose: closes.on,
    close: () => inner.close(),
  };
}
