import { encodeUtf8 } from '#shared/bytes.ts';
import { deriveCheckCode } from '#shared/check-code.ts';
import { sealTo } from '#shared/crypto.ts';
import type { MessageBody } from '#shared/message.ts';
import { cleanName } from '#shared/message-fields.ts';
import type { GrantTerms } from '#shared/terms.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { AccessList } from '../access/access-list.ts';
import { withdrawnId } from '../access/access-state.ts';
import type { Moment } from '../access/admission.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import { type Invite, needsConfirmation } from '../access/invite.ts';
import { effectiveTerms } from '../access/lineage.ts';
import type { Incoming } from '../channels/channel-server.ts';
import { without } from '../lending/revoke.ts';
import { type Log, shortThumbprint } from '../log.ts';
import type { Claiming, PairingDisplay } from './claiming.ts';
import type { Confirmation } from './confirmation.ts';
import { type Redeemed, type Redeemer, redeemClaim, redeemLent } from './redeem.ts';

const DEFAULT_DEVICE = 'Phone';
/** Links that were opened too late, and by whom: more than a household opens in a week. */
const MAX_FIRST_HOLDERS = 500;

export interface RedeemingOptions {
  readonly cameraName: string;
  readonly access: AccessList;
  readonly claiming: Claiming;
  readonly confirmation: Confirmation;
  readonly display: PairingDisplay;
  readonly log: Log;
  readonly moment: () => Moment;
  /** Called before a phone is told of its grant: resolves when the channel of that is open. */
  readonly onGranted: (gid: string) => Promise<void>;
}

/** Answers whoever comes with an invite: the first phone is let in, and every other one learns nothing. */
export class Redeeming {
  readonly #options: RedeemingOptions;
  /** Who came first with a link that was over already: they alone are told why. */
  readonly #firstHolders = new Map<string, string>();

  constructor(options: RedeemingOptions) {
    this.#options = options;
  }

  /** Answers a `redeem`; anything else on an invite's channel is ignored. */
  async handle({ request, channel, sender, hash, reply }: Incoming): Promise<void> {
    if (request.type !== 'redeem') return;
    const { body } = request;
    const phone = { ...sender, device: cleanName(body.name) ?? DEFAULT_DEVICE };
    const outcome = await this.#redeem(channel.entryId, phone, body.code);
    if (outcome.type === 'refused') {
      this.#options.log.info('redemption refused', {
        phone: shortThumbprint(phone.thumbprint),
        code: outcome.code,
      });
      return reply({ type: 'refused', body: { rq: hash, code: outcome.code } });
    }
    await this.#options.onGranted(outcome.grant.gid);
    await this.#welcome(outcome.grant);
    await reply({ type: 'redeemed', body: { rq: hash, sealed: await this.#seal(outcome.grant, body) } });
  }

  async #redeem(
    id: string,
    phone: Redeemer,
    code: string | undefined,
  ): Promise<Redeemed | { readonly type: 'refused'; readonly code: Refusal }> {
    const { access, claiming, confirmation, moment } = this.#options;
    const claim = claiming.find(id);
    if (claim) return access.change((state) => redeemClaim(state, claim, phone, moment()));
    const { state } = access;
    if (state.withdrawn.some((each) => withdrawnId(each) === id)) return this.#refuse(id, phone, 'withdrawn');
    const { result: outlook } = redeemLent(state, id, phone, moment());
    if (outlook.type === 'refused') return this.#refuse(id, phone, outlook.code);
    const invite = state.invites.find((each) => each.id === id);
    if (invite && claiming.isOver(invite)) return this.#refuse(id, phone, 'expired');
    const isConfirmed = invite !== undefined && needsConfirmation(invite);
    if (isConfirmed) {
      const refusal = await this.#confirm(invite, phone, code);
      if (refusal !== null) return { type: 'refused', code: refusal };
    }
    const outcome = await access.change((current) => redeemLent(current, id, phone, moment()));
    if (isConfirmed) confirmation.end(id);
    return outcome.type === 'refused' ? this.#refuse(id, phone, outcome.code) : outcome;
  }

  /** Null when the phone has the digits. */
  async #confirm(invite: Invite, phone: Redeemer, code: string | undefined): Promise<Refusal | null> {
    const { access, confirmation, moment } = this.#options;
    const confirmed = confirmation.check(invite, phone, code);
    if (confirmed === 'confirmed') return null;
    if (confirmed !== 'failed') return confirmed;
    // Somebody guesses: the invite is taken back rather than guessed on.
    await access.change((state) =>
      state.invites.some(({ id }) => id === invite.id)
        ? { state: without(state, invite.id, { at: moment().now, by: null }), result: null }
        : { result: null },
    );
    confirmation.end(invite.id);
    return 'withdrawn';
  }

  /** Of links that are over only who came first is told so. */
  #refuse(id: string, { thumbprint }: Redeemer, code: Refusal): { type: 'refused'; code: Refusal } {
    if (code !== 'expired' && code !== 'withdrawn') return { type: 'refused', code };
    if (!this.#firstHolders.has(id) && this.#firstHolders.size < MAX_FIRST_HOLDERS) {
      this.#firstHolders.set(id, thumbprint);
    }
    return { type: 'refused', code: this.#firstHolders.get(id) === thumbprint ? code : 'invalid_grant' };
  }

  async #welcome(grant: Grant): Promise<void> {
    const { display, log } = this.#options;
    log.info(isOwner(grant) ? 'claimed' : 'let in', { phone: shortThumbprint(grant.jkt) });
    if (!isOwner(grant)) return;
    if (grant.by === null) display.showClaimed(grant.device, await deriveCheckCode(grant.psk, grant.jkt));
    else display.showOwnerAdded(grant.device);
  }

  #seal(grant: Grant, { epk }: MessageBody<'redeem'>): Promise<string> {
    const { gid, psk, scope, nbf, exp, hours } = grant;
    const terms = effectiveTerms(this.#options.access.state, grant) ?? { scope, nbf, exp, hours };
    const granted: GrantTerms = { gid, psk, camera_name: this.#options.cameraName, terms };
    return sealTo(encodeUtf8(JSON.stringify(granted)), epk);
  }
}
