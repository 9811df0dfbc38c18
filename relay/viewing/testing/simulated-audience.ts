import { CallReport } from '../../webrtc/congestion/testing/call-report.ts';
import { SimulatedCall } from '../../webrtc/congestion/testing/simulated-call.ts';
import { SimulatedCamera } from '../../webrtc/congestion/testing/simulated-camera.ts';
import { type EncoderModel, X264_ENCODER } from '../../webrtc/congestion/testing/simulated-encoder.ts';
import { type LinkProfile, SimulatedLink } from '../../webrtc/congestion/testing/simulated-link.ts';
import { VirtualTime } from '../../webrtc/congestion/testing/virtual-time.ts';
import { createPacketizer } from '../../webrtc/packetizer.ts';
import { Broadcast } from '../broadcast.ts';
import { SimulatedSource } from './simulated-source.ts';

/** What is done for paths that are narrower than others. */
export type Policy =
  /** Nothing: all get what the narrowest can have. */
  | 'alike'
  /** They get keyframes alone: the relay's own broadcast, of a source with one encoder. */
  | 'keyframes'
  /** They get the low rendition: the relay's own broadcast, of a source with two. */
  | 'low';

/** Viewers of one camera, each behind a link of its own. */
export interface AudienceOptions {
  readonly links: readonly LinkProfile[];
  readonly policy: Policy;
  readonly seconds: number;
  readonly seed: number;
  /** Default x264. */
  readonly encoder?: EncoderModel;
}

/** As the relay has it when nothing is said; the controls may find twice as much. */
const MAX_BITRATE_BPS = 2_500_000;
const LIMITS = { initialBps: 1_000_000, minBps: 100_000, maxBps: 2 * MAX_BITRATE_BPS };

/** Has all of them watch in virtual time; a report for each. */
export function playAudience({
  links,
  policy,
  seconds,
  seed,
  encoder = X264_ENCODER,
}: AudienceOptions): readonly CallReport[] {
  const time = new VirtualTime();
  const model = { ...encoder, maxBps: MAX_BITRATE_BPS, seed };
  const camera =
    policy === 'alike' ? new SimulatedCamera(time, model) : broadcastOf(time, model, policy === 'low');
  const calls = links.map((profile) => {
    const link = new SimulatedLink(time, profile);
    const call = new SimulatedCall({
      ...{ time, camera, link, limits: LIMITS },
      returnDelayMs: profile.delayMs,
    });
    return { call, link, profile };
  });
  time.runUntil(seconds * 1e6);
  return calls.map(({ call, link, profile }) => new CallReport(call, link.records, profile.rate));
}

function broadcastOf(time: VirtualTime, model: EncoderModel, canMakeLow: boolean): Broadcast {
  return new Broadcast({
    source: new SimulatedSource(time, { model, canMakeLow }),
    packetizer: createPacketizer(),
    maxBitrateBps: MAX_BITRATE_BPS,
    clock: time,
  });
}
