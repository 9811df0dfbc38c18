import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { Farewell, Refusal } from '#shared/message.ts';
import type { AccessList } from '../access/access-list.ts';
import { isAdmitted } from '../access/admission.ts';
import type { Grant } from '../access/grant.ts';
import type { Incoming, Request } from '../channels/channel-server.ts';
import { type Log, shortThumbprint } from '../log.ts';
import type { Peer } from '../webrtc/peer.ts';
import type { Broadcast } from './broadcast.ts';
import { ViewerSession } from './viewer-session.ts';

/** A phone has one picture open, and perhaps a second page that has not noticed yet; the oldest makes room. */
const MAX_SESSIONS_PER_GRANT = 4;
/** What a Pi's Wi-Fi and processor carry with dignity. */
const MAX_SESSIONS = 20;

export interface ViewingOptions {
  readonly access: AccessList;
  readonly broadcast: Broadcast;
  readonly createPeer: () => Peer;
  readonly clock: Clock;
  readonly log: Log;
}

interface OpenSession {
  readonly sid: string;
  readonly gid: string;
  readonly session: ViewerSession;
}

/** Lets phones watch: admits their offers by the access list and keeps their sessions. */
export class Viewing {
  readonly #options: ViewingOptions;
  readonly #sessions: OpenSession[] = [];

  constructor(options: ViewingOptions) {
    this.#options = options;
  }

  /** How many watch, or are about to. */
  get size(): number {
    return this.#sessions.length;
  }

  /** Acts on a request that came on a grant's channel. */
  async handle(incoming: Incoming): Promise<void> {
    const { request, channelId: gid } = incoming;
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
      case 'redeem':
        break;
      default:
        request satisfies never;
    }
  }

  /** Ends every session of a grant. */
  endSessionsOf(gid: string, reason: Farewell): void {
    for (const entry of [...this.#sessions]) if (entry.gid === gid) entry.session.end(reason);
  }

  /** Ends all sessions. */
  close(reason: Farewell): void {
    for (const { session } of [...this.#sessions]) session.end(reason);
  }

  async #handleOffer(
    incoming: Incoming,
    { body }: Extract<Request, { type: 'offer' }>,
    gid: string,
  ): Promise<void> {
    const refusal = this.#refusalFor(this.#options.access.find(gid), body.sid);
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

  #refusalFor(grant: Grant | null, sid: string): Refusal | null {
    const now = numericDateOf(this.#options.clock);
    if (!grant || !isAdmitted(grant, 'watch', now)) return 'invalid_grant';
    if (this.#find(grant.gid, sid)) return null;
    const own = this.#sessions.filter((entry) => entry.gid === grant.gid);
    if (own.length >= MAX_SESSIONS_PER_GRANT) own[0]?.session.end('replaced');
    return this.#sessions.length >= MAX_SESSIONS ? 'busy' : null;
  }

  #open(gid: string, sid: string): ViewerSession {
    const { createPeer, broadcast, clock, log } = this.#options;
    const onEnd = () => {
      const index = this.#sessions.findIndex((entry) => entry.session === session);
      if (index >= 0) this.#sessions.splice(index, 1);
      log.info('view ended', { grant: shortThumbprint(gid), viewers: this.#sessions.length });
    };
    const session: ViewerSession = new ViewerSession({
      sid,
      peer: createPeer(),
      broadcast,
      clock,
      log,
      onEnd,
    });
    this.#sessions.push({ sid, gid, session });
    log.info('view started', { grant: shortThumbprint(gid), viewers: this.#sessions.length });
    return session;
  }

  #find(gid: string, sid: string): ViewerSession | null {
    return this.#sessions.find((entry) => entry.gid === gid && entry.sid === sid)?.session ?? null;
  }
}
