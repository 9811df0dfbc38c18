import { type PacketizedUnit, restamp } from '../webrtc/packetizer.ts';

/** 1 ms at 90 kHz: pictures that are sent together are shown one after the other, and the newest at its own time. */
const STEP = 90;
/** RTP timestamps there are; one before the first is the last. */
const TIMESTAMPS = 2 ** 32;
/**
 * What builds on a keyframe may be so many times as large: about a third of a second. More would be old news on a narrow path, by
 * the time that another keyframe could be there.
 */
const MAX_LATER = 2;

/**
 * What a camera has made since its last keyframe while a viewer's path was being found. Sent at once when there is a path, it
 * spares the wait for another keyframe, unless there is too much of it by now.
 */
export class OpeningGroup {
  #units: PacketizedUnit[] = [];
  #keyframeBytes = 0;
  #laterBytes = 0;

  add(unit: PacketizedUnit): void {
    if (unit.isKeyframe) {
      this.#units = [unit];
      this.#keyframeBytes = sizeOf(unit);
      this.#laterBytes = 0;
    } else if (this.#units.length > 0) {
      this.#laterBytes += sizeOf(unit);
      if (this.#laterBytes > MAX_LATER * this.#keyframeBytes) this.clear();
      else this.#units.push(unit);
    }
  }

  /** All of it, in order, to be sent now; none where there is nothing to begin with. */
  take(): readonly PacketizedUnit[] {
    const units = this.#units;
    const newest = units.at(-1)?.rtpTimestamp ?? 0;
    this.clear();
    return units.map((unit, index) => restamp(unit, TIMESTAMPS + newest - (units.length - 1 - index) * STEP));
  }

  clear(): void {
    this.#units = [];
    this.#keyframeBytes = 0;
    this.#laterBytes = 0;
  }
}

function sizeOf({ packets }: PacketizedUnit): number {
  return packets.reduce((bytes, { payload }) => bytes + payload.length, 0);
}
