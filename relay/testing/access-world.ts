import fc from 'fast-check';
import type { Scope } from '#shared/scope.ts';
import type { Change } from '../access/access-list.ts';
import { type AccessState, NO_ACCESS } from '../access/access-state.ts';
import { admit, type Moment } from '../access/admission.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import { tidy } from '../access/tidy.ts';
import { type Amendment, amend } from '../lending/amend.ts';
import { lend, type Outcome } from '../lending/lend.ts';
import { revoke } from '../lending/revoke.ts';
import { type Redeemer, redeemClaim, redeemLent } from '../pairing/redeem.ts';
import { testInvite, token } from './access-entries.ts';

const START = 1_900_000_000;
const DAY_S = 24 * 3600;
/** So few that the same secret is lent again and again. */
const SECRETS = 14;
const PHONES: readonly Redeemer[] = ['anna', 'ben', 'carl', 'dora'].map((name) => ({
  ...{ thumbprint: token(name, 43), device: name },
  jwk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) },
}));

/** Somebody on the list, or something that is or was there, by number. */
const SOMEONE = 60;
const someone = fc.nat(SOMEONE);
const something = fc.nat(SOMEONE);
/** A few days around the present, and as far out as dates go. */
const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 35 }).map((days) => START + days * DAY_S) },
  { weight: 1, arbitrary: fc.constantFrom(0, START + 800 * DAY_S, 253_402_300_799) },
);
const duration = fc.integer({ min: 60, max: 366 * DAY_S });
const rights = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Scope[]>(['watch', 'lend']) },
  { weight: 1, arbitrary: fc.subarray<Scope>(['watch', 'talk', 'lend'], { minLength: 1 }) },
);
const hours = fc.constantFrom(null, null, null, {
  tz: 'UTC',
  spans: [{ days: [1, 4] as const, from: 0, until: 720 }],
});
const none = fc.constant(null);
const nbf = fc.oneof({ weight: 5, arbitrary: none }, { weight: 1, arbitrary: time });
const guest = { scope: rights, nbf, hours, isTransfer: fc.constant(false) };
const terms = fc.oneof(
  { weight: 8, arbitrary: fc.record({ ...guest, exp: none, duration }) },
  { weight: 5, arbitrary: fc.record({ ...guest, exp: time, duration: none }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ scope: fc.constant<Scope[]>(['owner']), isTransfer: fc.boolean() },
      ...{ nbf: none, exp: none, duration: none, hours: none },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{
        scope: fc.subarray<Scope>(['owner', 'watch', 'lend'], { minLength: 1 }),
        isTransfer: fc.boolean(),
      },
      ...{ nbf: fc.option(time), exp: fc.option(time), duration: fc.option(duration), hours },
    }),
  },
);
const change: fc.Arbitrary<Amendment> = fc.record(
  {
    name: fc.constant('Renamed'),
    scope: fc.oneof(rights, fc.constant<Scope[]>(['owner'])),
    exp: time,
    hours,
  },
  { requiredKeys: [] },
);
const step = <const T extends string, R extends object>(
  type: T,
  fields: { [K in keyof R]: fc.Arbitrary<R[K]> },
): fc.Arbitrary<{ type: T } & R> => fc.record<R>(fields).map((values) => ({ type, ...values }));

/** Somebody claims the camera, if nobody has. */
export const claimStep = step('claim', { phone: fc.constantFrom(...PHONES) });

/** Something that somebody does about the list, or that time does to it. */
export const accessStep = fc.oneof(
  { weight: 1, arbitrary: claimStep },
  {
    weight: 8,
    arbitrary: step('lend', { actor: someone, secret: fc.nat(SECRETS - 1), terms, openUntil: time }),
  },
  { weight: 10, arbitrary: step('redeem', { entry: something, phone: fc.constantFrom(...PHONES) }) },
  { weight: 2, arbitrary: step('revoke', { actor: someone, entry: something }) },
  { weight: 4, arbitrary: step('amend', { actor: someone, entry: something, change }) },
  {
    weight: 1,
    arbitrary: step('time', {
      days: fc.integer({ min: -1, max: 9 }),
      isTrusted: fc.constantFrom(true, true, true, false),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'tidy' as const }) },
);

type Take<T> = T extends fc.Arbitrary<infer U> ? U : never;
export type AccessStep = Take<typeof accessStep>;

/** A camera's list in the hands of everybody, with a memory of all that ever was on it. */
export class AccessWorld {
  state: AccessState = NO_ACCESS;
  moment: Moment = { now: START, isTrusted: true };
  /** Whoever took the last step, as they were before it; null for time, the camera itself and phones with a link. */
  actor: Grant | null = null;
  wasClaimed = false;
  /** Secrets of grants that have gone. */
  readonly gone = new Set<string>();
  readonly #known = new Set<string>();

  take(step: AccessStep): void {
    const { state: before } = this;
    this.actor = 'actor' in step ? this.#actorOf(step.actor) : null;
    this.state = this.#outcomeOf(step) ?? before;
    for (const { gid } of this.state.grants) this.#known.add(gid);
    for (const { id } of this.state.invites) this.#known.add(id);
    const left = new Set(this.state.grants.map(({ psk }) => psk));
    for (const { psk } of before.grants) if (!left.has(psk)) this.gone.add(psk);
    this.wasClaimed ||= this.state.grants.some(isOwner);
  }

  #outcomeOf(step: AccessStep): AccessState | undefined {
    const { state, moment } = this;
    switch (step.type) {
      case 'claim': {
        const code = testInvite(`code ${this.#known.size}`, { scope: ['owner'], duration: null });
        return redeemClaim(state, code, step.phone, moment).state;
      }
      case 'lend':
        return this.#ask('lend', (actor) => {
          const { terms, openUntil, secret } = step;
          const link = { ...terms, openUntil, by: actor.gid, madeAt: moment.now };
          return lend(state, actor, testInvite(`link ${secret}`, link), moment);
        });
      case 'redeem':
        return redeemLent(state, this.#idOf(step.entry), step.phone, moment).state;
      case 'revoke': {
        const id = this.#idOf(step.entry);
        const right = id === this.actor?.gid ? null : 'lend';
        return this.#ask(right, (actor) => revoke(state, actor, id, moment.now));
      }
      case 'amend': {
        const { entry, change } = step;
        return this.#ask('lend', (actor) => amend(state, actor, { id: this.#idOf(entry), change, moment }));
      }
      case 'time':
        this.moment = { now: moment.now + step.days * DAY_S, isTrusted: step.isTrusted };
        return state;
      case 'tidy':
        return tidy(state, moment);
      default:
        return step satisfies never;
    }
  }

  /** As `Lending` asks. */
  #ask(right: Scope | null, decide: (actor: Grant) => Change<Outcome>): AccessState | undefined {
    const { actor, state, moment } = this;
    if (actor === null) return undefined;
    const mayAsk = right === null || admit(state, actor.gid, right, moment).type === 'holds';
    return mayAsk ? decide(actor).state : undefined;
  }

  /** Rather those who came last, so that much is lent on. */
  #actorOf(number: number): Grant | null {
    const { grants } = this.state;
    const place = (number / (SOMEONE + 1)) ** 2;
    return grants.at(-1 - Math.floor(grants.length * place)) ?? null;
  }

  /** Mostly what can still be redeemed, or is there, and now and then what has gone. */
  #idOf(number: number): string {
    const { grants, invites } = this.state;
    const near = [...invites.map(({ id }) => id), ...grants.map(({ gid }) => gid)];
    const all = number % 5 === 0 ? [...this.#known] : near;
    return all[number % Math.max(1, all.length)] ?? token('nobody');
  }
}
