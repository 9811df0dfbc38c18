import type { PrivacyTold } from '#shared/camera-privacy.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { AccessState } from '../access/access-state.ts';
import { admit, type Moment } from '../access/admission.ts';
import type { Incoming, Request } from '../channels/channel-server.ts';
import { type Log, shortThumbprint } from '../log.ts';
import type { PrivacySwitch } from './privacy-switch.ts';

/** What an owner asks about the switch. */
export type SwitchRequest = Extract<Request, { type: 'switch' }>;

export interface SwitchingOptions {
  readonly privacy: PrivacySwitch;
  readonly access: () => AccessState;
  readonly moment: () => Moment;
  readonly log: Log;
}

/** Lets owners switch the camera off and on, whether they watch or not. */
export class Switching {
  readonly #options: SwitchingOptions;

  constructor(options: SwitchingOptions) {
    this.#options = options;
  }

  /** Acts on a request that came on a grant's channel; without a wish it only tells how the switch stands. */
  async handle(incoming: Incoming, request: SwitchRequest): Promise<void> {
    const outcome = await this.#decide(incoming, request);
    const { privacy, moment } = this.#options;
    if (outcome !== 'done') {
      return incoming.reply({ type: 'refused', body: { rq: incoming.hash, code: outcome } });
    }
    const { isOff, until, why } = privacy.standing(moment());
    const { hours, revision } = privacy.state;
    const told: PrivacyTold = { off: isOff, until, why, hours, revision };
    await incoming.reply({ type: 'switched', body: { rq: incoming.hash, told } });
  }

  async #decide(
    { channel: { entryId } }: Incoming,
    { body: { nonce: _, ...wish } }: SwitchRequest,
  ): Promise<'done' | Refusal> {
    const { privacy, access, moment, log } = this.#options;
    const standing = admit(access(), entryId, 'owner', moment());
    if (standing.type === 'refused') return standing.code;
    if (wish.off === undefined && wish.hours === undefined) return 'done';
    // Whoever has not looked knows of no state that there could be.
    const outcome = await privacy.change({ ...wish, revision: wish.revision ?? -1 }, moment);
    log.info('privacy', { by: shortThumbprint(entryId), off: wish.off ?? null, outcome });
    return outcome;
  }
}
