import type { Enrolment } from './enrolment.ts';

/** What the bench tells the process in which the viewers are. */
export type CrowdOrder =
  /** Writes the access list into the relay's stopped state and makes the phones that are on it. */
  | ({ readonly type: 'enrol' } & Enrolment)
  /** Has so many watch, in all. */
  | { readonly type: 'watch'; readonly viewers: number }
  | { readonly type: 'count' };

/** The answer to each order, in order. */
export type CrowdReply =
  | { readonly type: 'enrolled' }
  | { readonly type: 'watching'; readonly viewers: number }
  | { readonly type: 'counted'; readonly totals: CrowdTotals };

/** Media packets of all viewers since they came. */
export interface CrowdTotals {
  readonly packets: number;
  readonly bytes: number;
  /** Gaps in sequence numbers. */
  readonly lost: number;
}
