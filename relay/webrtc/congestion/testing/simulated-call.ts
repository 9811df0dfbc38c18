import type { PacketizedUnit } from '../../packetizer.ts';
import { createRtpWriter } from '../../rtp-writer.ts';
import type { SrtpSender } from '../../srtp.ts';
import { ViewerStream } from '../../viewer-stream.ts';
import type { EncoderTarget } from '../encoder-target.ts';
import type { RateLimits } from '../rate-controller.ts';
import { TransportControl } from '../transport-control.ts';
import { parseTransportFeedback } from '../transport-feedback.ts';
import type { SimulatedLink } from './simulated-link.ts';
import { type PictureInfo, SimulatedViewer } from './simulated-viewer.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Where the pictures come from: a camera of no content, or the relay's own broadcast. */
export interface PictureGiver {
  join(viewer: SimulatedCall): void;
  setTarget(viewer: SimulatedCall, target: EncoderTarget): void;
  requestKeyframe(viewer: SimulatedCall): void;
}

/** Who calls whom over what. */
export interface CallOptions {
  readonly time: VirtualTime;
  readonly camera: PictureGiver;
  readonly link: SimulatedLink;
  /** Reports and requests on their way back. */
  readonly returnDelayMs: number;
  readonly limits: RateLimits;
  /** Tells flows apart on a shared link. Default 0. */
  readonly flow?: number;
}

/** Something sent again, or as a copy. */
export interface Repeat {
  readonly atUs: number;
  readonly bytes: number;
}

const IDS = { absSendTime: 1, playoutDelay: 2, transportSequenceNumber: 3 };
/** In a packet with these extensions: fixed header, their head, two elements of four bytes, and an id. */
const TRANSPORT_NUMBER_AT = 12 + 4 + 8 + 1;
const PAYLOAD_AT = 28;
/** The relay has been up for hours when the viewer comes. */
const UPTIME_US = 10_000_000_000;
const SSRC = 1;
const RTX_SSRC = 2;
const DATAGRAM_BYTES = 28;
const TAG = Buffer.alloc(16);
const PLAIN: SrtpSender = {
  protectRtp: (header, payload) => Buffer.concat([header, payload, TAG]),
  protectRtcp: (packet) => Buffer.from(packet),
};

/** A viewer of a simulated camera: the relay's own stream and control, over a simulated link, in virtual time. */
export class SimulatedCall {
  readonly viewer: SimulatedViewer;
  readonly control: TransportControl;
  readonly repeats: Repeat[] = [];
  readonly #options: CallOptions;
  readonly #stream: ViewerStream;
  /** Every picture that was to be sent, by its RTP timestamp. */
  readonly #pictures = new Map<number, PictureInfo>();

  constructor(options: CallOptions) {
    this.#options = options;
    const { time, camera, returnDelayMs, limits } = options;
    this.control = new TransportControl(limits);
    this.#stream = new ViewerStream({
      writer: this.#createWriter(),
      control: this.control,
      clock: time,
      nowUs: () => time.nowUs + UPTIME_US,
      onTarget: (target) => camera.setTarget(this, target),
      onKeyframeNeeded: () => camera.requestKeyframe(this),
    });
    const back = (action: () => void) => time.after(returnDelayMs, action);
    this.viewer = new SimulatedViewer(time, {
      onFeedback: (packet) => back(() => this.#handleFeedback(packet)),
      onNack: (numbers) => back(() => this.#stream.retransmit(numbers)),
      onKeyframeRequest: () => back(() => this.#stream.requestKeyframe()),
    });
    camera.join(this);
  }

  send(unit: PacketizedUnit): void {
    const { packets, rtpTimestamp, isKeyframe } = unit;
    this.#pictures.set(rtpTimestamp, {
      ...{ number: this.#pictures.size, packets: packets.length, isKeyframe },
      capturedAtUs: (packets[0]?.capturedAtMs ?? 0) * 1000,
    });
    this.#stream.send(unit);
  }

  fail(): void {
    throw new Error('a simulated camera does not fail');
  }

  #createWriter() {
    return createRtpWriter({
      ssrc: SSRC,
      rtxSsrc: RTX_SSRC,
      cname: 'simulated',
      format: { payloadType: 96, rtxPayloadType: 97, profileLevelId: '42e01f', feedback: [] },
      extensions: IDS,
      srtp: PLAIN,
      send: (packet) => this.#transmit(packet),
      now: () => this.#options.time.nowMs(),
    });
  }

  #transmit(packet: Buffer): void {
    const { link, time, flow = 0 } = this.#options;
    const picture = this.#pictures.get(packet.readUInt32BE(4));
    if (!picture) throw new Error('a packet of no picture');
    const isRepeat = packet.readUInt32BE(8) === RTX_SSRC;
    const bytes = packet.length + DATAGRAM_BYTES;
    if (isRepeat) this.repeats.push({ atUs: time.nowUs, bytes });
    const arrived = {
      transportSequenceNumber: packet.readUInt16BE(TRANSPORT_NUMBER_AT),
      sequenceNumber: packet.readUInt16BE(isRepeat ? PAYLOAD_AT : 2),
      picture,
    };
    link.send(bytes, flow, () => this.viewer.receive(arrived));
  }

  #handleFeedback(packet: Buffer): void {
    const feedback = parseTransportFeedback(packet);
    if (!feedback) throw new Error('feedback is damaged');
    this.#stream.handleFeedback(feedback);
  }
}
