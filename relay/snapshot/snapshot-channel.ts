import type { Clock } from '#shared/clock.ts';
import {
  encodeSnapshotMessage,
  MAX_SNAPSHOT_BYTES,
  parseSnapshotRequest,
  SNAPSHOT_CHUNK_BYTES,
  type SnapshotAnswer,
} from '#shared/snapshot-message.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { Snapshot } from '../capture/snapshot.ts';
import { errorCode, type Log } from '../log.ts';
import type { DataChannel } from '../webrtc/data-channel.ts';

/** Sent and not yet confirmed, bytes: the live picture never waits behind more than this. */
const WINDOW_BYTES = 3 * SNAPSHOT_CHUNK_BYTES;
const TICK_MS = 20;
/** Share of what the path is known to carry: the live picture keeps the rest. */
const SHARE = 0.5;
/** On a path of which little is known, bits a second. */
const LEAST_BPS = 256_000;
/** A phone that has confirmed nothing for so long is not waiting any more. */
const PATIENCE_MS = 20_000;

export interface SnapshotChannelOptions {
  readonly channel: DataChannel;
  /** Takes a picture, or says why not. */
  readonly take: () => Promise<Snapshot | Refusal>;
  /** What the path carries, bits a second; 0 where that is not known. */
  readonly pathBps: () => number;
  /** Told of each piece of a picture that is sent. */
  readonly onSent: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** The picture that is on its way. */
interface Sending {
  readonly bytes: Uint8Array;
  sent: number;
  confirmed: number;
  /** May be sent now, bytes. */
  allowance: number;
  /** Since the phone has confirmed anything. */
  ticks: number;
}

/** Sends a phone pictures to keep, one at a time, beside the live picture and never in its way. */
export class SnapshotChannel {
  readonly #options: SnapshotChannelOptions;
  #isTaking = false;
  #sending: Sending | null = null;
  #stopTicking: (() => void) | null = null;
  #isClosed = false;

  constructor(options: SnapshotChannelOptions) {
    this.#options = options;
    options.channel.onMessage((data) => this.#receive(data));
    options.channel.onClose(() => this.close());
  }

  /** Sends nothing more; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#finish();
  }

  #receive(data: unknown): void {
    if (this.#isClosed) return;
    try {
      const request = parseSnapshotRequest(data);
      if (request.type === 'take') void this.#take();
      else this.#confirm(request.bytes);
    } catch (error) {
      this.#options.log.warn('snapshot request dropped', { code: errorCode(error) });
      // Whoever sends such things sends many.
      this.#options.channel.close();
      this.close();
    }
  }

  async #take(): Promise<void> {
    if (this.#isTaking || this.#sending) {
      this.#say({ type: 'refused', code: 'busy' });
      return;
    }
    this.#isTaking = true;
    try {
      const taken = await this.#options.take();
      if (this.#isClosed) return;
      if (typeof taken === 'string') this.#say({ type: 'refused', code: taken });
      else this.#begin(taken);
    } catch (error) {
      this.#options.log.warn('snapshot not taken', { code: errorCode(error) });
      this.#say({ type: 'refused', code: 'capture_failed' });
    } finally {
      this.#isTaking = false;
    }
  }

  #begin({ type: format, bytes, width, height }: Snapshot): void {
    if (bytes.length === 0 || bytes.length > MAX_SNAPSHOT_BYTES) {
      this.#options.log.warn('snapshot not sent', { bytes: bytes.length });
      this.#say({ type: 'refused', code: 'capture_failed' });
      return;
    }
    this.#say({ type: 'picture', format, bytes: bytes.length, width, height });
    this.#sending = { bytes, sent: 0, confirmed: 0, allowance: SNAPSHOT_CHUNK_BYTES, ticks: 0 };
    this.#stopTicking = this.#options.clock.every(TICK_MS, () => this.#tick());
    this.#pump(this.#sending);
  }

  #confirm(bytes: number): void {
    const sending = this.#sending;
    if (!sending || bytes > sending.sent || bytes <= sending.confirmed) return;
    sending.confirmed = bytes;
    sending.ticks = 0;
    if (bytes === sending.bytes.length) this.#finish();
    else this.#pump(sending);
  }

  #tick(): void {
    const sending = this.#sending;
    if (!sending) return;
    sending.ticks += 1;
    if (sending.ticks * TICK_MS >= PATIENCE_MS) {
      this.#finish();
      return;
    }
    const bps = Math.max(LEAST_BPS, this.#options.pathBps() * SHARE);
    sending.allowance = Math.min(WINDOW_BYTES, sending.allowance + (bps * TICK_MS) / 8_000);
    this.#pump(sending);
  }

  #pump(sending: Sending): void {
    const { bytes } = sending;
    while (sending.sent < bytes.length) {
      const chunk = bytes.subarray(sending.sent, sending.sent + SNAPSHOT_CHUNK_BYTES);
      const isRoom = sending.sent + chunk.length - sending.confirmed <= WINDOW_BYTES;
      if (!isRoom || sending.allowance < chunk.length) return;
      sending.allowance -= chunk.length;
      sending.sent += chunk.length;
      this.#options.channel.send(chunk);
      this.#options.onSent();
    }
  }

  #say(answer: SnapshotAnswer): void {
    if (!this.#isClosed) this.#options.channel.send(encodeSnapshotMessage(answer));
  }

  #finish(): void {
    this.#stopTicking?.();
    this.#stopTicking = null;
    this.#sending = null;
  }
}
