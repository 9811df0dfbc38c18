import type { CongestionControl } from './congestion-control.ts';
import { RembControl } from './remb-control.ts';
import { TransportControl } from './transport-control.ts';

/** What is known of a viewer before its first report. */
export interface ControlOptions {
  /** It reports on every packet (transport-cc); otherwise it tells its own estimate (REMB). */
  readonly hasReports: boolean;
  /** The most that the camera makes, bits a second. */
  readonly maxBitrateBps: number;
}

/** What most links carry, and at what a picture looks decent at 720p. */
const INITIAL_BPS = 1_000_000;
/** Below this a 720p picture falls apart; the frame rate suffers first. */
const MIN_BPS = 100_000;
/** A path that carries twice what there is to send has each picture there long before the next; more is of no use. */
const USEFUL_HEADROOM = 2;

/** The congestion control that a viewer's feedback allows. */
export function chooseControl({ hasReports, maxBitrateBps }: ControlOptions): CongestionControl {
  const limits = {
    initialBps: Math.min(INITIAL_BPS, maxBitrateBps),
    minBps: MIN_BPS,
    maxBps: maxBitrateBps * USEFUL_HEADROOM,
  };
  return hasReports ? new TransportControl(limits) : new RembControl(limits);
}
