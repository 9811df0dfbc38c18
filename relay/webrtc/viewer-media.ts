import { TokenBucket } from '#shared/token-bucket.ts';
import { ReceptionStatistics } from './reception-statistics.ts';
import { encodePictureLoss, encodeReceiverReport, encodeRemb } from './rtcp.ts';
import { encodeRtpHeader, parseRtpHeader, type RtpHeader, stripPadding } from './rtp-packet.ts';
import type { SrtpReceiver } from './srtp-receiver.ts';

/** What a viewer may send of its own: what its microphone hears, and what its camera sees. */
export type ViewerMediaKind = 'audio' | 'video';

/** Takes RTP packets: a header without anything optional, and the payload in the clear. */
export type RtpListener = (packet: Buffer) => void;

export interface ViewerMediaOptions {
  /** As agreed upon; null where there is no such section. */
  readonly payloadTypes: Readonly<Record<ViewerMediaKind, number | null>>;
  /** Of the stream that we speak of ourselves as. */
  readonly ssrc: number;
  readonly srtp: SrtpReceiver;
  readonly sendRtcp: (packet: Buffer) => void;
}

/** What comes of one kind, while it is taken. */
interface Taking {
  readonly listener: RtpListener;
  /** Packets: whoever sends more than any phone does is not worth the decryption. */
  readonly bucket: TokenBucket;
}

interface Stream {
  readonly ssrc: number;
  readonly statistics: ReceptionStatistics;
}

const CLOCK_RATE_HZ = { audio: 48_000, video: 90_000 } as const;
/** Packets a second: Opus in packets of 10 ms makes 100, a picture of {@link MAX_VIDEO_BPS} about 100. */
const PACKETS = { audio: { perSecond: 120, burst: 60 }, video: { perSecond: 400, burst: 200 } } as const;
/** 640x480 looks well with it, and it leaves room for the pictures that go the other way. */
const MAX_VIDEO_BPS = 800_000;
/** Keyframes are large. */
const KEYFRAME_SPACING_MS = 500;

/** What one viewer sends of its own: dropped unread unless somebody takes it. */
export class ViewerMedia {
  readonly #options: ViewerMediaOptions;
  readonly #taken = new Map<ViewerMediaKind, Taking>();
  readonly #streams = new Map<ViewerMediaKind, Stream>();
  #keyframeAtMs = Number.NEGATIVE_INFINITY;
  /** Asked for before anybody knew of which stream. */
  #isKeyframeAwaited = false;

  constructor(options: ViewerMediaOptions) {
    this.#options = options;
  }

  /** Hands what comes of a kind to `listener` from now on; null: drops it. */
  take(kind: ViewerMediaKind, listener: RtpListener | null, nowMs: number): void {
    this.#streams.delete(kind);
    if (!listener) {
      this.#taken.delete(kind);
      return;
    }
    const { perSecond, burst } = PACKETS[kind];
    this.#taken.set(kind, { listener, bucket: new TokenBucket(perSecond, burst, nowMs) });
  }

  /** Takes a packet off the wire. */
  receive(packet: Buffer, nowMs: number): void {
    const header = parseRtpHeader(packet);
    const kind = header && this.#kindOf(header.payloadType);
    const taking = kind && this.#taken.get(kind);
    if (!taking || taking.bucket.take(1, nowMs) > 0) return;
    const sealed = this.#options.srtp.unprotectRtp(packet, header);
    const payload = sealed && stripPadding(sealed, header.hasPadding);
    if (!payload) return;
    this.#statisticsOf(kind, header).note(header, nowMs);
    if (kind === 'video' && this.#isKeyframeAwaited) this.requestKeyframe(nowMs);
    if (payload.length > 0) taking.listener(Buffer.concat([encodeRtpHeader(header), payload]));
  }

  /** Asks for a picture that can be decoded on its own, where one is taken; not more often than helps. */
  requestKeyframe(nowMs: number): void {
    const video = this.#streams.get('video');
    this.#isKeyframeAwaited = !video;
    if (!video || nowMs - this.#keyframeAtMs < KEYFRAME_SPACING_MS) return;
    this.#keyframeAtMs = nowMs;
    this.#options.sendRtcp(encodePictureLoss(this.#options.ssrc, video.ssrc));
  }

  /** Tells the viewer how what is taken arrives, and how much may come; once a second. */
  report(): void {
    const { ssrc, sendRtcp } = this.#options;
    const reports = [...this.#streams.values()].flatMap(({ statistics }) => statistics.report() ?? []);
    if (reports.length === 0) return;
    const video = this.#streams.get('video');
    const parts = [encodeReceiverReport(ssrc, reports)];
    if (video) parts.push(encodeRemb(ssrc, MAX_VIDEO_BPS, video.ssrc));
    sendRtcp(Buffer.concat(parts));
  }

  #kindOf(payloadType: number): ViewerMediaKind | null {
    const { audio, video } = this.#options.payloadTypes;
    if (payloadType === audio) return 'audio';
    return payloadType === video ? 'video' : null;
  }

  #statisticsOf(kind: ViewerMediaKind, { ssrc }: RtpHeader): ReceptionStatistics {
    const known = this.#streams.get(kind);
    if (known?.ssrc === ssrc) return known.statistics;
    const statistics = new ReceptionStatistics(ssrc, CLOCK_RATE_HZ[kind]);
    this.#streams.set(kind, { ssrc, statistics });
    return statistics;
  }
}
