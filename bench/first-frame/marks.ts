/** A moment in a page, by its own clock. */
export interface Mark {
  readonly name: 'start' | 'camera' | 'sent' | 'play' | 'answer' | 'ice' | 'connected' | 'packet' | 'frame';
  /** Milliseconds since the page's navigation began. */
  readonly atMs: number;
  /** Of a message that was sent. */
  readonly bytes?: number;
}

/** From the start to the first picture, cut at the moments between. All in milliseconds, adding up to `total`. */
export interface Stages {
  /** Start to offer on its way: the page's own work. */
  readonly offer: number;
  /** Offer sent to answer taken: twice through the rendezvous, and the camera's decision. */
  readonly signalling: number;
  /** To a path (RFC 8445). */
  readonly ice: number;
  /** To keys (RFC 8827 §6.5). */
  readonly dtls: number;
  /** To the first RTP packet; a packet may overtake the event that keys are there. */
  readonly packet: number;
  /** To the first picture, decoded and handed to the compositor. */
  readonly frame: number;
  readonly total: number;
}

export const STAGES = [
  'offer',
  'signalling',
  'ice',
  'dtls',
  'packet',
  'frame',
  'total',
] as const satisfies readonly (keyof Stages)[];

/**
 * Reads the stages off a page's marks. The offer is the largest message sent before the answer came.
 * @throws Error when a moment is missing.
 */
export function readStages(marks: readonly Mark[], startMs: number): Stages {
  const find = (name: Mark['name']) => findMark(marks, name, startMs);
  const answer = find('answer');
  const sent = marks.filter(({ name, atMs }) => name === 'sent' && atMs >= startMs && atMs <= answer);
  const offer = sent.reduce<Mark | null>(
    (largest, mark) => ((mark.bytes ?? 0) > (largest?.bytes ?? 0) ? mark : largest),
    null,
  );
  if (!offer) throw new Error('an answer without an offer');
  const [ice, connected, packet, frame] = [find('ice'), find('connected'), find('packet'), find('frame')];
  return {
    offer: offer.atMs - startMs,
    signalling: answer - offer.atMs,
    ice: ice - answer,
    dtls: connected - ice,
    packet: packet - connected,
    frame: frame - packet,
    total: frame - startMs,
  };
}

/** The same where the connection was made before the start. */
export interface ReadyStages {
  /** Start to `play` on its way: the page's own work. */
  readonly play: number;
  /** To the first RTP packet: there and back, and the start of the camera. */
  readonly packet: number;
  readonly frame: number;
  readonly total: number;
}

export const READY_STAGES = [
  'play',
  'packet',
  'frame',
  'total',
] as const satisfies readonly (keyof ReadyStages)[];

/** Reads the stages of a start whose connection was ready. @throws Error when a moment is missing. */
export function readReadyStages(marks: readonly Mark[], startMs: number): ReadyStages {
  const find = (name: Mark['name']) => findMark(marks, name, startMs);
  const [play, packet, frame] = [find('play'), find('packet'), find('frame')];
  return { play: play - startMs, packet: packet - play, frame: frame - packet, total: frame - startMs };
}

function findMark(marks: readonly Mark[], name: Mark['name'], startMs: number): number {
  const mark = marks.find((each) => each.name === name && each.atMs >= startMs);
  if (!mark) throw new Error(`no ${name} among ${marks.map((each) => each.name).join(' ')}`);
  return mark.atMs;
}
