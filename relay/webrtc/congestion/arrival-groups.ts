import type { ArrivedPacket } from './send-history.ts';

/** Packets sent within this long are one group: their distance is the pacer's doing (draft-ietf-rmcat-gcc-02 §5.2). */
const GROUP_US = 5_000;
/** Packets that a gap in the radio lets through at once come this close. */
const BURST_US = 5_000;
const MAX_BURST_US = 100_000;

interface Group {
  firstSentAtUs: number;
  sentAtUs: number;
  firstArrivedAtUs: number;
  arrivedAtUs: number;
}

/** Puts packets into groups, and tells how the distance between two groups has changed on the way. */
export class ArrivalGroups {
  #current: Group | null = null;
  #previous: Group | null = null;
  #sendDeltaUs = 0;
  #arrivalDeltaUs = 0;

  /** Between the last two whole groups, as sent. */
  get sendDeltaUs(): number {
    return this.#sendDeltaUs;
  }

  /** Between the last two whole groups, as they arrived. */
  get arrivalDeltaUs(): number {
    return this.#arrivalDeltaUs;
  }

  /** Takes a packet, in the order of sending; true when it begins a group and two whole ones stand before it. */
  add({ sentAtUs, arrivedAtUs }: ArrivedPacket): boolean {
    const current = this.#current;
    // Told of late: its group is whole already.
    if (current && sentAtUs < current.firstSentAtUs) return false;
    if (current && belongsTo(current, sentAtUs, arrivedAtUs)) {
      current.sentAtUs = Math.max(current.sentAtUs, sentAtUs);
      current.arrivedAtUs = Math.max(current.arrivedAtUs, arrivedAtUs);
      return false;
    }
    const isWhole = this.#measure();
    const group = this.#previous ?? { firstSentAtUs: 0, sentAtUs: 0, firstArrivedAtUs: 0, arrivedAtUs: 0 };
    this.#previous = current;
    group.firstSentAtUs = group.sentAtUs = sentAtUs;
    group.firstArrivedAtUs = group.arrivedAtUs = arrivedAtUs;
    this.#current = group;
    return isWhole;
  }

  /** Forgets what came before, as after a pause. */
  reset(): void {
    this.#current = null;
    this.#previous = null;
  }

  #measure(): boolean {
    if (!this.#current || !this.#previous) return false;
    this.#sendDeltaUs = this.#current.sentAtUs - this.#previous.sentAtUs;
    this.#arrivalDeltaUs = this.#current.arrivedAtUs - this.#previous.arrivedAtUs;
    // Groups that overtook one another say nothing about a queue.
    return this.#arrivalDeltaUs >= 0;
  }
}

function belongsTo(group: Group, sentAtUs: number, arrivedAtUs: number): boolean {
  if (sentAtUs - group.firstSentAtUs <= GROUP_US) return true;
  const isLate = arrivedAtUs - group.arrivedAtUs < sentAtUs - group.sentAtUs;
  return (
    isLate &&
    arrivedAtUs - group.arrivedAtUs <= BURST_US &&
    arrivedAtUs - group.firstArrivedAtUs < MAX_BURST_US
  );
}
