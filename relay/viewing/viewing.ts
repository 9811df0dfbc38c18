import type { Clock } from '#shared/clock.ts';
import type { Scope } from '#shared/scope.ts';
import type { Farewell, Refusal } from '#shared/verdicts.ts';
import type { Standing } from '../access/admission.ts';
import { Allowance } from '../access/allowance.ts';
import { isOwner } from '../access/grant.ts';
import type { Incoming, Request } from '../channels/channel-server.ts';
import { type Log, shortThumbprint } from '../log.ts';
import type { Peer } from '../webrtc/peer.ts';
import type { Broadcast } from './broadcast.ts';
import { type SessionEnd, ViewerSession } from './viewer-session.ts';

/** What a phone asks for about its picture. */
export type ViewingRequest = Extract<Request, { type: 'offer' | 'candidate' | 'leave' }>;

/** A phone has one picture open, and perhaps a second page that has not noticed yet; the oldest makes room. */
const MAX_SESSIONS_PER_GRANT = 4;
/** What a Pi's Wi-Fi and processor carry with dignity. */
const MAX_SESSIONS = 20;
/** Of these, kept for owners: guests cannot lock them out by looking. */
const OWNERS_SESSIONS = 4;
/**
 * Pictures that may begin of one look at once, as on a train with many tunnels, and on average: whoever begins more wants to
 * wash others out of the log of who watched.
 */
const VIEWS = { burst: 30, perSecond: 1 / 120 };

export interface ViewingOptions {
  /** Whether a grant gives a right at this moment. */
  readonly admit: (gid: string, right: Scope) => Standing;
  /** The look, lent by an owner, that a grant comes of: all that do count together. */
  readonly rootOf: (gid: string) => string;
  /** Keeps the log of who watched. */
  readonly witness: Witness;
  /** Takes an envelope for a grant's channel that came over one of its sessions, with the way back. */
  readonly onEnvelope: (gid: string, envelope: string, answer: (envelope: string) => void) => void;
  /** Told when somebody begins or ceases to watch. */
  readonly onChange: () => void;
  /** Told when a phone that watches is not heard any more. */
  readonly onSilence: () => void;
  readonly broadcast: Broadcast;
  readonly createPeer: () => Peer;
  readonly clock: Clock;
  readonly log: Log;
}

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
  readonly #allowance: Allowance;
  #isClosed = false;

  constructor(options: ViewingOptions) {
    this.#options = options;
    this.#allowance = new Allowance({ clock: options.clock, ...VIEWS });
  }

  /** How many watch, or are about to. */
  get size(): number {
    return this.#sessions.length;
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

  /** Ends every session whose grant does not allow it any more. */
  review(): void {
    for (const { gid, session } of [...this.#sessions]) {
      const standing = this.#options.admit(gid, 'watch');
      if (standing.type === 'refused') session.end(farewellOf(standing.code));
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
    const refusal = this.#refusalFor(gid, body.sid);
    if (refusal) {
      await incoming.reply({ type: 'refused', body: { rq: incoming.hash, code: refusal } });
      return;
    }
    const session = this.#find(gid, body.sid) ?? this.#open(gid, body.sid);
    try {
      await session.answer({ sdp: body.sdp, hash: incoming.hash, reply: incoming.reply });
    } catch (error) {
      if (session.state === 'answering') session.end('left');
      throw error;
    }
  }

  #refusalFor(gid: string, sid: string): Refusal | null {
    const standing = this.#options.admit(gid, 'watch');
    if (standing.type === 'refused') return standing.code;
    if (this.#isClosed) return 'busy';
    if (this.#find(gid, sid)) return null;
    const isGuest = !isOwner(standing.terms);
    if (isGuest && this.#allowance.isSpent(this.#options.rootOf(gid))) return 'busy';
    const own = this.#sessions.filter((entry) => entry.gid === gid);
    if (own.length >= MAX_SESSIONS_PER_GRANT) {
      own[0]?.session.end('replaced');
      return null;
    }
    return this.#sessions.length >= MAX_SESSIONS - (isGuest ? OWNERS_SESSIONS : 0) ? 'busy' : null;
  }

  #open(gid: string, sid: string): ViewerSession {
    const { createPeer, broadcast, clock, log, witness, onEnvelope, onChange, onSilence } = this.#options;
    // Who never had a picture was not seen watching: that they end is nobody's news.
    let endWatch: ReturnType<Witness> = () => undefined;
    const session: ViewerSession = new ViewerSession({
      ...{ sid, peer: createPeer(), broadcast, clock, log, onSilence },
      onEnvelope: (envelope, answer) => onEnvelope(gid, envelope, answer),
      onWatch: () => {
        this.#allowance.spend(this.#options.rootOf(gid));
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
        log.info('view ended', { grant: shortThumbprint(gid), viewers: this.#sessions.length });
        endWatch(end);
      },
    });
    this.#sessions.push({ sid, gid, session });
    log.info('view started', { grant: shortThumbprint(gid), viewers: this.#sessions.length });
    return session;
  }

  #find(gid: string, sid: string): ViewerSession | null {
    return this.#sessions.find((entry) => entry.gid === gid && entry.sid === sid)?.session ?? null;
  }
}

/** What the one who watched is told when their grant no longer allows it. */
function farewellOf(code: Extract<Standing, { type: 'refused' }>['code']): Farewell {
  switch (code) {
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
