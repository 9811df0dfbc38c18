import type { Rendition } from '../capture/capture.ts';
import type { EncoderTarget } from '../webrtc/congestion/encoder-target.ts';
import { isLater, type PacketizedUnit, restamp } from '../webrtc/packetizer.ts';
import type { Rung } from './rungs.ts';

/** How far apart pictures are that would otherwise have one moment, or come in the wrong order: 1 ms at 90 kHz. */
const LEAST_STEP = 90;

/** One viewer's place in the broadcast: which rendition it gets, and from which picture on. */
export class Seat {
  /** Null until the path is known. */
  target: EncoderTarget | null = null;
  readonly #send: (unit: PacketizedUnit) => void;
  #rung: Rung = 'full';
  #rendition: Rendition = 'main';
  #wanted: Rendition = 'main';
  /** Pictures that build on others are of no use before a keyframe. */
  #needsKeyframe = false;
  #rtpTimestamp: number | null = null;

  constructor(send: (unit: PacketizedUnit) => void) {
    this.#send = send;
  }

  get rung(): Rung {
    return this.#rung;
  }

  /** The rendition whose keyframe is of use to the viewer. */
  get awaits(): Rendition {
    return this.#wanted;
  }

  /** Pictures of a rendition are made for this viewer too: it gets them all, or is to get them from a keyframe on. */
  follows(rendition: Rendition): boolean {
    return this.#rung !== 'keyframes' && (this.#rendition === rendition || this.#wanted === rendition);
  }

  /** A rendition must be there for this viewer, be it for its keyframes alone. */
  needs(rendition: Rendition): boolean {
    return this.#wanted === rendition || this.follows(rendition);
  }

  /** Goes over to another rung: at the next keyframe of its rendition, until which all goes on where it can. */
  change(rung: Rung, rendition: Rendition): void {
    // Pictures were left out, or will be: whoever gets all of them again cannot begin in the middle.
    this.#needsKeyframe ||= rung === 'keyframes' || this.#rung === 'keyframes';
    this.#rung = rung;
    this.#wanted = rendition;
  }

  /** Takes a picture of either rendition, and passes on what the viewer is to get. */
  take(unit: PacketizedUnit): void {
    const isTurn = unit.isKeyframe && unit.rendition === this.#wanted;
    if (isTurn) this.#rendition = this.#wanted;
    if (unit.rendition !== this.#rendition || (this.#needsKeyframe && !unit.isKeyframe)) return;
    this.#needsKeyframe = this.#rung === 'keyframes';
    this.#send(this.#inOrder(unit));
  }

  /** The two renditions show the same moments, and either may be the sooner: to the viewer they are one stream. */
  #inOrder(unit: PacketizedUnit): PacketizedUnit {
    const last = this.#rtpTimestamp;
    const ordered =
      last === null || isLater(unit.rtpTimestamp, last) ? unit : restamp(unit, last + LEAST_STEP);
    this.#rtpTimestamp = ordered.rtpTimestamp;
    return ordered;
  }
}
