import type { Clock } from '#shared/clock.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import type { MessageBody } from '#shared/message.ts';
import type { Scope } from '#shared/scope.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { AccessList, Change } from '../access/access-list.ts';
import type { AccessState } from '../access/access-state.ts';
import { admit, type Moment } from '../access/admission.ts';
import { Allowance } from '../access/allowance.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import { rootOf } from '../access/lineage.ts';
import type { Incoming, Request } from '../channels/channel-server.ts';
import { errorCode, type Log, shortThumbprint } from '../log.ts';
import type { WatchLogPart } from '../watch-log/watch-log.ts';
import { amend } from './amend.ts';
import { EarlyRevocations } from './early-revocations.ts';
import { inviteOf, lend, type Outcome } from './lend.ts';
import { list, type Presences } from './list.ts';
import { revoke } from './revoke.ts';

/** What a phone may ask about the access list. */
export type LendingRequest = Extract<Request, { type: 'lend' | 'list' | 'revoke' | 'amend' | 'log' }>;

/** The log of who watched, as owners may read it. */
export interface WatchLogReader {
  /** The newest entries before number `before` (default: of all), `limit` at most. */
  read(options: { before?: number; limit: number }): Promise<WatchLogPart>;
}

/** Entries of the log to try in one envelope: mostly the first, and the last fits whatever they say. */
const LOG_LIMITS = [40, 20, 10, 5] as const;
/** Changes of entries by all who hold what comes of one look: each is a write to an SD card, which wears. */
const CHANGES = { burst: 60, perSecond: 1 / 60 };

export interface LendingOptions {
  readonly cameraThumbprint: string;
  readonly access: AccessList;
  readonly presences: Presences;
  readonly watchLog: WatchLogReader;
  readonly clock: Clock;
  readonly moment: () => Moment;
  /** Another number whenever the list has changed. */
  readonly revision: () => number;
  readonly log: Log;
}

/** Answers those who may lend: takes up what they lend, and lets them see and change what they may. */
export class Lending {
  readonly #options: LendingOptions;
  readonly #changes: Allowance;
  readonly #early = new EarlyRevocations();

  constructor(options: LendingOptions) {
    this.#options = options;
    this.#changes = new Allowance({ clock: options.clock, ...CHANGES });
  }

  /** Acts on a request that came on a grant's channel. */
  async handle(incoming: Incoming, request: LendingRequest): Promise<void> {
    switch (request.type) {
      case 'lend':
        return this.#lend(incoming, request.body);
      case 'revoke':
        return this.#revoke(incoming, request.body.id);
      case 'amend':
        return this.#amend(incoming, request.body);
      case 'list':
        return this.#list(incoming, request.body.after);
      case 'log':
        return this.#readLog(incoming, request.body.before);
      default:
        return request satisfies never;
    }
  }

  async #lend(incoming: Incoming, body: MessageBody<'lend'>): Promise<void> {
    const id = await deriveInviteId(body.secret, this.#options.cameraThumbprint);
    const outcome = await this.#change(incoming, 'lend', (state, actor, moment) =>
      this.#early.has(actor.gid, id)
        ? { result: 'withdrawn' }
        : lend(state, actor, inviteOf(body, { id, by: actor.gid, madeAt: moment.now }), moment),
    );
    if (outcome !== 'done') return this.#settle(incoming, outcome);
    await incoming.reply({ type: 'lent', body: { rq: incoming.hash, id } });
  }

  /** Everybody may give back their own, whenever. */
  async #revoke(incoming: Incoming, id: string): Promise<void> {
    const right = id === incoming.channel.entryId ? null : 'lend';
    const outcome = await this.#change(incoming, right, (state, actor, { now }) =>
      revoke(state, actor, id, now),
    );
    if (outcome === 'not_found') this.#early.note(incoming.channel.entryId, id);
    await this.#settle(incoming, outcome);
  }

  async #amend(incoming: Incoming, body: MessageBody<'amend'>): Promise<void> {
    const { nonce: _, id, ...change } = body;
    const outcome = await this.#change(incoming, 'lend', (state, actor, moment) =>
      this.#ration(state, actor, amend(state, actor, { id, change, moment })),
    );
    await this.#settle(incoming, outcome);
  }

  /** What guests lend and take back has bounds of its own (`lend.ts`); what they change would have none. */
  #ration(state: AccessState, actor: Grant, change: Change<Outcome>): Change<Outcome> {
    if (change.state === undefined || isOwner(actor)) return change;
    const { gid } = rootOf(state, actor);
    if (this.#changes.isSpent(gid)) return { result: 'busy' };
    this.#changes.spend(gid);
    return change;
  }

  async #list(incoming: Incoming, after: string | null): Promise<void> {
    const { access, presences, revision, moment } = this.#options;
    const actor = actorOf(access.state, incoming, 'lend', moment());
    if (typeof actor === 'string') return this.#settle(incoming, actor);
    const page = list(access.state, actor, { after, presences });
    await incoming.reply({ type: 'listed', body: { rq: incoming.hash, ...page, revision: revision() } });
  }

  async #readLog(incoming: Incoming, before: number | null): Promise<void> {
    const { access, watchLog, moment } = this.#options;
    const actor = actorOf(access.state, incoming, 'owner', moment());
    if (typeof actor === 'string') return this.#settle(incoming, actor);
    for (const limit of LOG_LIMITS) {
      const { first, page } = await watchLog.read({ ...(before === null ? {} : { before }), limit });
      try {
        return await incoming.reply({ type: 'logged', body: { rq: incoming.hash, first, page } });
      } catch (error) {
        // How small they get is only known when they are sealed.
        if (!(error instanceof RangeError)) throw error;
      }
    }
  }

  /** Decides in turn, by the list as it is then: whoever asks may have been removed a moment ago. */
  async #change(
    incoming: Incoming,
    right: Scope | null,
    decide: (state: AccessState, actor: Grant, moment: Moment) => Change<Outcome>,
  ): Promise<Outcome> {
    const { access, moment, log } = this.#options;
    const outcome = await access
      .change<Outcome>((state) => {
        const now = moment();
        const actor = actorOf(state, incoming, right, now);
        return typeof actor === 'string' ? { result: actor } : decide(state, actor, now);
      })
      .catch((error: unknown): Outcome => {
        // What the disk does not take has not happened.
        log.warn('access list not stored', { code: errorCode(error) });
        return 'not_stored';
      });
    log.info(incoming.request.type, { by: shortThumbprint(incoming.channel.entryId), outcome });
    return outcome;
  }

  #settle({ hash: rq, reply }: Incoming, outcome: Outcome): Promise<void> {
    if (outcome === 'done') return reply({ type: 'done', body: { rq } });
    return reply({ type: 'refused', body: { rq, code: outcome } });
  }
}

/** The grant of whoever asks, or why it does not let them; `right` null for what a grant whose time is over may do too. */
function actorOf(
  state: AccessState,
  { channel }: Incoming,
  right: Scope | null,
  moment: Moment,
): Grant | Refusal {
  const actor = state.grants.find(({ gid }) => gid === channel.entryId);
  if (!actor) return 'invalid_grant';
  const standing = right === null ? null : admit(state, actor.gid, right, moment);
  return standing?.type === 'refused' ? standing.code : actor;
}
