import type { Adjustment, SettingsTold } from '#shared/camera-settings.ts';
import type { Clock } from '#shared/clock.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { AccessState } from '../access/access-state.ts';
import { admit, type Moment } from '../access/admission.ts';
import { Allowance } from '../access/allowance.ts';
import { isOwner } from '../access/grant.ts';
import type { CaptureAbilities } from '../capture/capture-abilities.ts';
import type { Incoming, Request } from '../channels/channel-server.ts';
import { type Log, shortThumbprint } from '../log.ts';
import { offersOf } from './settings-offers.ts';
import { isOffered } from './settings-state.ts';
import type { SettingsStore } from './settings-store.ts';

/** What a phone asks about the settings. */
export type AdjustRequest = Extract<Request, { type: 'adjust' }>;

/** Changes by all who hold what comes of one look: each is a write to an SD card, and a hitch in everybody's picture. */
const CHANGES = { burst: 30, perSecond: 1 / 30 };

export interface AdjustingOptions {
  readonly settings: SettingsStore;
  /** Of the source; null while they are not known. */
  readonly abilities: () => CaptureAbilities | null;
  readonly access: () => AccessState;
  /** The look, lent by an owner, that a grant comes of. */
  readonly rootOf: (gid: string) => string;
  readonly moment: () => Moment;
  readonly clock: Clock;
  readonly log: Log;
}

/** Lets those with the right `control` see and change how the camera makes its picture. */
export class Adjusting {
  readonly #options: AdjustingOptions;
  readonly #changes: Allowance;

  constructor(options: AdjustingOptions) {
    this.#options = options;
    this.#changes = new Allowance({ clock: options.clock, ...CHANGES });
  }

  /** Acts on a request that came on a grant's channel; without a change it only tells the settings. */
  async handle(incoming: Incoming, request: AdjustRequest): Promise<void> {
    const { nonce: _, ...change } = request.body;
    const outcome = await this.#decide(incoming.channel.entryId, change);
    if (outcome !== 'done') {
      return incoming.reply({ type: 'refused', body: { rq: incoming.hash, code: outcome } });
    }
    const { settings } = this.#options;
    const told: SettingsTold = { values: settings.values, offers: this.#offers() };
    await incoming.reply({ type: 'adjusted', body: { rq: incoming.hash, told } });
  }

  async #decide(gid: string, change: Adjustment): Promise<'done' | Refusal> {
    const { settings, access, rootOf, moment, log } = this.#options;
    const standing = admit(access(), gid, 'control', moment());
    if (standing.type === 'refused') return standing.code;
    if (Object.keys(change).length === 0) return 'done';
    if (!isOffered(change, this.#offers())) return 'bad_terms';
    if (!isOwner(standing.terms)) {
      const root = rootOf(gid);
      if (this.#changes.isSpent(root)) return 'busy';
      this.#changes.spend(root);
    }
    const outcome = await settings.change(change);
    log.info('adjust', { by: shortThumbprint(gid), what: Object.keys(change).join(' '), outcome });
    return outcome;
  }

  #offers() {
    const { settings, abilities } = this.#options;
    return offersOf(abilities(), settings.usual);
  }
}
