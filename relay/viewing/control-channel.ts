import type { Clock } from '#shared/clock.ts';
import { type ControlMessage, encodeControlMessage, parseControlMessage } from '#shared/control-message.ts';
import { errorCode, type Log } from '../log.ts';
import type { DataChannel } from '../webrtc/data-channel.ts';

/** The page pings every two to three seconds; one that fell silent was closed or put to sleep. */
const SILENCE_LIMIT_MS = 12_000;

export interface ControlChannelOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes all messages but signs of life, which are answered here. */
  readonly onMessage: (message: ControlMessage) => void;
  /** A phone that has pinged once has ceased to. */
  readonly onSilence: () => void;
}

/** The session's data channel `control`, once the phone has opened it: what is said before that is not heard. */
export class ControlChannel {
  readonly #options: ControlChannelOptions;
  #channel: DataChannel | null = null;
  #isResting = false;
  #hasMisspoken = false;
  #cancelSilence: () => void = () => undefined;

  constructor(options: ControlChannelOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#channel !== null;
  }

  adopt(channel: DataChannel): void {
    this.#channel = channel;
    channel.onMessage((data) => this.#handle(data));
  }

  tell(message: ControlMessage): void {
    this.#channel?.send(encodeControlMessage(message));
  }

  /** Hears nothing and waits for nothing more; farewells can still be said. */
  rest(): void {
    this.#isResting = true;
    this.#cancelSilence();
  }

  #handle(data: unknown): void {
    if (this.#isResting) return;
    try {
      const message = parseControlMessage(data);
      if (message.type === 'ping') this.#answerPing(message.id);
      else this.#options.onMessage(message);
    } catch (error) {
      // Once: whoever sends such things sends many.
      if (!this.#hasMisspoken) this.#options.log.warn('control message dropped', { code: errorCode(error) });
      this.#hasMisspoken = true;
    }
  }

  #answerPing(id: number): void {
    const { clock, onSilence } = this.#options;
    this.tell({ type: 'pong', id });
    this.#cancelSilence();
    this.#cancelSilence = clock.after(SILENCE_LIMIT_MS, onSilence);
  }
}
