import type { MediaPacket, PacketizedUnit } from './packetizer.ts';

/** A picture on its way out. */
interface Waiting {
  readonly unit: PacketizedUnit;
  readonly sinceUs: number;
  /** The packet that goes next. */
  next: number;
}

/** A picture that has waited longer would come when the one after the next is due. */
const MAX_WAIT_US = 1_000_000;

/** Pictures that wait to be sent to one viewer, in order. */
export class WaitingPictures {
  readonly #sizeOf: (packet: MediaPacket) => number;
  #pictures: Waiting[] = [];
  #bytes = 0;

  /** `sizeOf` tells what a packet takes on the wire. */
  constructor(sizeOf: (packet: MediaPacket) => number) {
    this.#sizeOf = sizeOf;
  }

  /** What waits, bytes on the wire. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#pictures.length === 0;
  }

  add(unit: PacketizedUnit, nowUs: number): void {
    this.#pictures.push({ unit, sinceUs: nowUs, next: 0 });
    for (const packet of unit.packets) this.#bytes += this.#sizeOf(packet);
  }

  /** Takes out the packet that goes next; null when nothing waits. */
  take(): MediaPacket | null {
    const head = this.#pictures[0];
    const packet = head?.unit.packets[head.next];
    if (!head || !packet) return null;
    head.next++;
    if (head.next === head.unit.packets.length) this.#pictures.shift();
    this.#bytes -= this.#sizeOf(packet);
    return packet;
  }

  /**
   * Leaves out what has waited too long, and with it all that builds upon it: up to the next keyframe, or everything. A
   * picture of which a part has left is still sent.
   */
  dropStale(nowUs: number): 'nothing' | 'up-to-keyframe' | 'everything' {
    const oldest = this.#pictures.find(({ next }) => next === 0);
    if (!oldest || nowUs - oldest.sinceUs < MAX_WAIT_US) return 'nothing';
    const keyframe = this.#pictures.findLastIndex(({ unit, next }) => unit.isKeyframe && next === 0);
    // A keyframe that waits is the best there is to send.
    if (keyframe >= 0 && this.#pictures[keyframe] === oldest) return 'nothing';
    const kept = this.#pictures.filter(({ next }, index) => next > 0 || (keyframe >= 0 && index >= keyframe));
    this.#pictures = kept;
    this.#bytes = 0;
    for (const { unit, next } of kept) {
      for (const packet of unit.packets.slice(next)) this.#bytes += this.#sizeOf(packet);
    }
    return keyframe >= 0 ? 'up-to-keyframe' : 'everything';
  }
}
