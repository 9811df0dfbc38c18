import type { Clock } from '#shared/clock.ts';
import type { Scope } from '#shared/scope.ts';
import type { Farewell, Refusal } from '#shared/verdicts.ts';
import type { Standing } from '../access/admission.ts';
import { isOwner } from '../access/grant.ts';
import type { Snapshot } from '../capture/snapshot.ts';
import type { Incoming, Request } from '../channels/channel-server.ts';
import { type Log, shortThumbprint } from '../log.ts';
import type { Sound } from '../sound/sound.ts';
import type { Peer } from '../webrtc/peer.ts';
import type { Broadcast, PictureCount, PictureLimits } from './broadcast.ts';
import { Places } from './places.ts';
import type { Purpose } from './session-state.ts';
import { type SessionEnd, ViewerSession } from './viewer-session.ts';

/** What a phone asks for about its picture. */
export type ViewingRequest = Extract<Request, { type: 'offer' | 'candidate' | 'leave' }>;

export interface ViewingOptions {
  /** Whether a grant gives a right at this moment. */
  readonly admit: (gid: string, right: Scope) => Admission;
  /** The look, lent by an owner, that a grant comes of: all that do count together. */
  readonly rootOf: (gid: string) => string;
  /** Takes a picture to keep for a grant, or says why not. */
  readonly takeSnapshot: (gid: string) => Promise<Snapshot | Refusal>;
  /** Keeps the log of who watched. */
  readonly witness: Witness;
  /** Takes an envelope for a grant's channel that came over one of its sessions, with the way back. */
  readonly onEnvelope: (gid: string, envelope: string, answer: (envelope: string) => void) => void;
  /** Told when somebody begins or ceases to watch. */
  readonly onChange: () => void;
  /** Told when a phone that watches is not heard any more. */
  readonly onSilence: () => void;
  /** Whether phones may connect before anybody wants a picture. */
  readonly isStandbyAllowed: boolean;
  readonly broadcast: Broadcast;
  readonly sound: Sound;
  readonly createPeer: () => Peer;
  readonly clock: Clock;
  readonly log: Log;
}

/** A picture that somebody has open. */
export type View = { readonly gid: string } & ViewerSession['statistics'];

/** Whether somebody may have the picture: as their grant stands, and nobody while the camera is switched off. */
export type Admission = Standing | { readonly type: 'refused'; readonly code: 'private' };

/** Writes down that somebody begins to watch by a grant; the returned function, that they have ended. */
export type Witness = (gid: string) => (end: Pick<SessionEnd, 'path' | 'reason'>) => void;

interface OpenSession {
  readonly sid: string;
  readonly gid: string;
  readonly session: ViewerSession;
}

/** Lets phones watch: admits their offers by the access list and keeps their sessions. */
export class Viewing {
  readonly #options: ViewingOptions;
  readonly #sessions: OpenSession[] = [];
  readonly #places: Places;
  /** A look that is over within a moment is seen all the same. */
  #packetsOfEnded = 0;
  #isClosed = false;

  constructor(options: ViewingOptions) {
    this.#options = options;
    this.#places = new Places(options);
  }

  /** How many watch, or are about to. */
  get size(): number {
    return this.#viewers.length;
  }

  /** How many are connected, or about to be, and watch nothing. */
  get standbys(): number {
    return this.#sessions.length - this.#viewers.length;
  }

  /** Pictures that are open, whoever has them. */
  get watching(): number {
    return this.#sessions.filter(({ session }) => session.isWatching).length;
  }

  /** How the pictures go that are open, and by whose grants. */
  get views(): readonly View[] {
    const watching = this.#sessions.filter(({ session }) => session.isWatching);
    return watching.map(({ gid, session }) => ({ gid, ...session.statistics }));
  }

  /** Pictures that the source has made so far. */
  get source(): PictureCount {
    return this.#options.broadcast.made;
  }

  /** Packets of picture and sound sent so far, and pieces of pictures to keep; also of sessions that are over. */
  get mediaPackets(): number {
    return this.#sessions.reduce((sum, { session }) => sum + session.mediaPackets, this.#packetsOfEnded);
  }

  /** Pictures that a grant has open. */
  countOf(gid: string): number {
    return this.#sessions.filter((each) => each.gid === gid && each.session.isWatching).length;
  }

  /** Acts on a request that came on a grant's channel. */
  async handle(incoming: Incoming, request: ViewingRequest): Promise<void> {
    const { entryId: gid } = incoming.channel;
    switch (request.type) {
      case 'offer':
        await this.#handleOffer(incoming, request, gid);
        break;
      case 'candidate':
        this.#find(gid, request.body.sid)?.addCandidate(request.body.candidate);
        break;
      case 'leave':
        this.#find(gid, request.body.sid)?.end('left');
        break;
      default:
        request satisfies never;
    }
  }

  /** Hands an envelope to the sessions of a grant. */
  deliver(gid: string, envelope: string): void {
    for (const each of this.#sessions) if (each.gid === gid) each.session.deliver(envelope);
  }

  /** Makes another picture at most. */
  setLimits(limits: PictureLimits): void {
    this.#options.broadcast.setLimits(limits);
  }

  /** Ends every session whose grant does not allow it any more, and what of the others it does not allow. */
  review(): void {
    for (const { gid, session } of [...this.#sessions]) {
      const standing = this.#options.admit(gid, 'watch');
      if (standing.type === 'refused') session.end(farewellOf(standing.code));
      else session.review();
    }
  }

  /** Ends all sessions, and opens none any more. */
  close(reason: Farewell): void {
    this.#isClosed = true;
    for (const { session } of [...this.#sessions]) session.end(reason);
  }

  async #handleOffer(
    incoming: Incoming,
    { body }: Extract<ViewingRequest, { type: 'offer' }>,
    gid: string,
  ): Promise<void> {
    const purpose = body.standby ? 'standby' : 'picture';
    const known = this.#find(gid, body.sid);
    const refusal = this.#refusalFor(gid, known, purpose);
    if (refusal) {
      await incoming.reply({ type: 'refused', body: { rq: incoming.hash, code: refusal } });
      if (known?.isOnStandby) known.end('left');
      return;
    }
    const session = known ?? this.#open(gid, body.sid, purpose);
    try {
      await session.answer({ sdp: body.sdp, hash: incoming.hash, reply: incoming.reply });
    } catch (error) {
      if (session.state === 'answering') session.end('left');
      throw error;
    }
  }

  /** An offer for a picture, of a session that was for a connection alone, says `play`. */
  #refusalFor(gid: string, known: ViewerSession | null, purpose: Purpose): Refusal | null {
    const standing = this.#options.admit(gid, 'watch');
    if (standing.type === 'refused') return standing.code;
    if (this.#isClosed) return 'busy';
    if (known) return purpose === 'picture' ? known.play() : null;
    const asking = { gid, isGuest: !isOwner(standing.terms) };
    return purpose === 'picture'
      ? this.#places.makeForPicture(asking, this.#viewers)
      : this.#places.makeForStandby(
          asking,
          this.#sessions.filter(({ session }) => session.isOnStandby),
        );
  }

  #open(gid: string, sid: string, purpose: Purpose): ViewerSession {
    const { createPeer, broadcast, sound, clock, log, witness, onEnvelope, onChange, onSilence } =
      this.#options;
    // Who never had a picture was not seen watching: that they end is nobody's news.
    let endWatch: ReturnType<Witness> = () => undefined;
    let isWanted = purpose === 'picture';
    const session: ViewerSession = new ViewerSession({
      ...{ sid, purpose, peer: createPeer(), broadcast, sound, clock, log, onSilence },
      may: (right) => this.#options.admit(gid, right).type === 'holds',
      takeSnapshot: () => this.#options.takeSnapshot(gid),
      onEnvelope: (envelope, answer) => onEnvelope(gid, envelope, answer),
      refusePlay: () => this.#refusalFor(gid, null, 'picture'),
      onPlay: () => {
        isWanted = true;
        this.#logStart(gid);
      },
      onWatch: () => {
        this.#places.countPicture(gid);
        const writeEnd = witness(gid);
        endWatch = (end) => {
          writeEnd(end);
          onChange();
        };
        onChange();
      },
      onEnd: (end) => {
        const index = this.#sessions.findIndex((entry) => entry.session === session);
        if (index >= 0) this.#sessions.splice(index, 1);
        this.#packetsOfEnded += session.mediaPackets;
        if (isWanted) log.info('view ended', { grant: shortThumbprint(gid), viewers: this.size });
        else log.info('connection let go', { grant: shortThumbprint(gid) });
        endWatch(end);
      },
    });
    this.#sessions.push({ sid, gid, session });
    if (purpose === 'standby') log.info('connection made ready', { grant: shortThumbprint(gid) });
    else this.#logStart(gid);
    return session;
  }

  #logStart(gid: string): void {
    this.#options.log.info('view started', { grant: shortThumbprint(gid), viewers: this.size });
  }

  get #viewers(): readonly OpenSession[] {
    return this.#sessions.filter(({ session }) => !session.isOnStandby);
  }

  #find(gid: string, sid: string): ViewerSession | null {
    return this.#sessions.find((entry) => entry.gid === gid && entry.sid === sid)?.session ?? null;
  }
}

/** What the one who watched is told when their grant no longer allows it. */
function farewellOf(code: Extract<Admission, { type: 'refused' }>['code']): Farewell {
  switch (code) {
    case 'private':
    case 'expired':
    case 'outside_hours':
    case 'clock_unsynced':
      return code;
    case 'not_yet':
      return 'outside_hours';
    case 'invalid_grant':
    case 'not_allowed':
      return 'revoked';
    default:
      return code satisfies never;
  }
}
