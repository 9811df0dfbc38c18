import { ProbeCluster, type ProbePlan, type ProbeResult } from './probe-cluster.ts';
import type { ArrivedPacket } from './send-history.ts';

/** Without pictures to begin with, or packets to go on with, a probe waits no longer. */
const MAX_WAIT_US = 100_000;
/** After that a missing report is not waited for. */
const GIVE_UP_US = 1_000_000;
/** Cluster numbers have 16 bits, and 0 is none. */
const MAX_ID = 0xffff;

/** Sends one probe at a time, and reads its result off the reports. */
export class Prober {
  #sending: ProbeCluster | null = null;
  #awaited: ProbeCluster | null = null;
  #lastId = 0;
  #plannedAtUs: number | null = null;
  #isOverdue = false;

  /** The rate of the probe that is being sent, bits a second; null when there is none. */
  get rateBps(): number | null {
    return this.#sending?.plan.rateBps ?? null;
  }

  /** Whether a probe is being sent, or its reports are awaited. */
  get isBusy(): boolean {
    return this.#sending !== null || this.#awaited !== null;
  }

  /** Whether the probe is to be filled with copies: a picture begins it, unless none comes. */
  get wantsCopies(): boolean {
    const cluster = this.#sending;
    return cluster?.wantsCopies === true && (cluster.startedAtUs !== null || this.#isOverdue);
  }

  /** Has a probe sent, with the next packets; it takes the place of one that is still being sent. */
  start(plan: ProbePlan): void {
    this.#lastId = (this.#lastId % MAX_ID) + 1;
    this.#sending = new ProbeCluster(this.#lastId, plan);
    this.#plannedAtUs = null;
    this.#isOverdue = false;
  }

  /** Forgets all probes, as when the path turns out to be full. */
  abort(): void {
    this.#sending = null;
    this.#awaited = null;
  }

  /** Counts a packet that is sent now; the probe it belongs to, 0 for none. */
  handleSent(bytes: number, nowUs: number): number {
    const cluster = this.#sending;
    if (!cluster) return 0;
    cluster.handleSent(bytes, nowUs);
    if (cluster.isSent) this.#await(cluster);
    return cluster.id;
  }

  /** Says that nothing waits to be sent: a probe that is not filled ends here. */
  handleIdle(): void {
    const cluster = this.#sending;
    if (cluster && cluster.startedAtUs !== null && !cluster.wantsCopies) this.#await(cluster);
  }

  /** Ends a probe that has nothing left to send, and gives up one whose reports do not come. */
  tick(nowUs: number): void {
    const cluster = this.#sending;
    if (cluster && isOlder(cluster, MAX_WAIT_US, nowUs)) this.#await(cluster);
    if (this.#awaited && isOlder(this.#awaited, GIVE_UP_US, nowUs)) this.#awaited = null;
    this.#plannedAtUs ??= nowUs;
    this.#isOverdue = nowUs - this.#plannedAtUs > MAX_WAIT_US;
  }

  handleArrival({ cluster, bytes, arrivedAtUs }: ArrivedPacket): void {
    if (this.#sending?.id === cluster) this.#sending.handleArrival(bytes, arrivedAtUs);
    if (this.#awaited?.id === cluster) this.#awaited.handleArrival(bytes, arrivedAtUs);
  }

  /** The result that the last feedback has completed, once; null when there is none. */
  takeResult(): ProbeResult | null {
    const result = this.#awaited?.result ?? null;
    if (result) this.#awaited = null;
    return result;
  }

  #await(cluster: ProbeCluster): void {
    cluster.end();
    this.#awaited = cluster;
    this.#sending = null;
  }
}

function isOlder({ startedAtUs }: ProbeCluster, ageUs: number, nowUs: number): boolean {
  return startedAtUs !== null && nowUs - startedAtUs > ageUs;
}
