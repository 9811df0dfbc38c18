import { type Policy, playAudience } from '../../relay/viewing/testing/simulated-audience.ts';
import type { CallReport } from '../../relay/webrtc/congestion/testing/call-report.ts';
import { round } from '../statistics.ts';
import { linkOf } from './links.ts';

/** What one viewer got, in one way of dealing with narrow paths. */
export interface ViewerRow {
  readonly links: string;
  readonly policy: Policy;
  /** The viewer's own link, Mbit/s. */
  readonly link: number;
  readonly 'kbit/s': number;
  readonly fps: number;
  readonly freezes: number;
  readonly 'frozen, s': number;
  /** Capture to whole picture; null without a picture. */
  readonly 'delay p95, ms': number | null;
}

const POLICIES: readonly Policy[] = ['alike', 'keyframes', 'low'];
const SECONDS = 60;
/** From then on the controls have found the links and the rungs are chosen. */
const SETTLED = { fromUs: 15e6, toUs: SECONDS * 1e6 };

/** Has viewers behind these links, Mbit/s, watch a simulated camera in virtual time, once in each way. */
export function watchVirtually(links: readonly number[]): ViewerRow[] {
  return POLICIES.flatMap((policy) => {
    const profiles = links.map((mbps) => linkOf(mbps));
    const reports = playAudience({ links: profiles, policy, seconds: SECONDS, seed: 1 });
    return reports.map((report, index) => rowOf(report, { links, policy, link: links[index] ?? 0 }));
  });
}

function rowOf(
  report: CallReport,
  { links, policy, link }: { links: readonly number[]; policy: Policy; link: number },
): ViewerRow {
  const gaps = report.gaps(SETTLED);
  const delayMs = report.pictureMs(0.95, SETTLED);
  return {
    links: links.join('/'),
    policy,
    link,
    'kbit/s': Math.round(report.bps(SETTLED) / 1000),
    fps: round(report.framesPerSecond(SETTLED), 1),
    freezes: gaps.count,
    'frozen, s': round(gaps.totalMs / 1000, 2),
    'delay p95, ms': Number.isNaN(delayMs) ? null : Math.round(delayMs),
  };
}
