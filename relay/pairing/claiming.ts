import { encodeUtf8 } from '#shared/bytes.ts';
import { deriveCheckCode } from '#shared/check-code.ts';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import { sealTo } from '#shared/crypto.ts';
import { encodeInviteLink } from '#shared/invite-link.ts';
import { cleanName, type GrantTerms } from '#shared/message.ts';
import type { AccessList } from '../access/access-list.ts';
import type { Grant } from '../access/grant.ts';
import type { ChannelServer, ChannelSpec, Incoming } from '../channels/channel-server.ts';
import { errorCode, type Log, shortThumbprint } from '../log.ts';
import { createClaimInvite, type Invite, reopenInvite } from './invite.ts';
import { redeemInvite } from './redeem.ts';

/** How long one code is shown. */
export const INVITE_PERIOD_S = 10 * 60;
/** How long a code stays good after its successor is shown, for a phone that scanned it at the last moment. */
export const INVITE_GRACE_S = 60;
/** What an unclaimed camera calls itself to whoever holds its code. */
const UNCLAIMED_NAME = 'Latchkey';

/** Where people see the code and, after a claim, the four digits. */
export interface PairingDisplay {
  showInvite(link: string, validMinutes: number): void;
  showClaimed(phoneName: string, checkCode: string): void;
  /** At a start with an owner, when there is no code to show. */
  showOwned(): void;
}

export interface ClaimingOptions {
  readonly cameraThumbprint: string;
  readonly cameraName: string;
  /** Address of the page that phones open. */
  readonly pageUrl: string;
  /** Put into the link when the page's own rendezvous is not the one to use. */
  readonly rendezvousUrl: string | null;
  readonly access: AccessList;
  readonly channels: ChannelServer;
  readonly display: PairingDisplay;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with the new owner's grant before the phone is told, each time that it is. */
  readonly onGranted: (grant: Grant) => Promise<void>;
}

/** Lets the first phone in: shows a code while the camera has no owner, renews it, and answers who redeems it. */
export class Claiming {
  readonly #options: ClaimingOptions;
  readonly #invites = new Map<string, Invite>();
  readonly #timers = new Map<string, () => void>();
  #stopRenewal: (() => void) | null = null;

  constructor(options: ClaimingOptions) {
    this.#options = options;
  }

  /** Shows the first code, or, with an owner, reopens the invites whose answer may have been lost in a crash. */
  start(): void {
    const now = numericDateOf(this.#options.clock);
    for (const grant of this.#options.access.grants) {
      if (grant.invite && grant.invite.openUntil >= now) this.#open(reopenInvite(grant, grant.invite));
    }
    if (this.#options.access.isClaimed) {
      this.#options.display.showOwned();
      return;
    }
    this.#renew();
    this.#stopRenewal = this.#options.clock.every(INVITE_PERIOD_S * 1000, () => this.#renew());
  }

  /** Whether a channel is that of an invite. */
  owns(channelId: string): boolean {
    return this.#invites.has(channelId);
  }

  /** Answers a `redeem`; anything else on an invite's channel is ignored. */
  async handle(incoming: Incoming): Promise<void> {
    const invite = this.#invites.get(incoming.channelId);
    const { request, sender, hash, reply } = incoming;
    if (!invite || request.type !== 'redeem') return;
    const { access, clock, log } = this.#options;
    const phone = { ...sender, name: cleanName(request.body.name) ?? 'Phone' };
    const grant = await redeemInvite(access, invite, phone, numericDateOf(clock));
    if (grant === null) {
      log.info('claim refused', { phone: shortThumbprint(sender.thumbprint) });
      return reply({ type: 'refused', body: { rq: hash, code: 'invalid_grant' } });
    }
    await this.#options.onGranted(grant);
    await this.#welcome(grant);
    const sealed = await sealTo(encodeUtf8(JSON.stringify(this.#terms(grant))), request.body.epk);
    await reply({ type: 'redeemed', body: { rq: hash, sealed } });
  }

  /** Stops showing codes. */
  close(): void {
    this.#stopRenewal?.();
    this.#stopRenewal = null;
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
  }

  async #welcome(grant: Grant): Promise<void> {
    this.#stopRenewal?.();
    this.#stopRenewal = null;
    this.#options.log.info('claimed', { phone: shortThumbprint(grant.jkt) });
    this.#options.display.showClaimed(grant.name, await deriveCheckCode(grant.psk, grant.jkt));
  }

  #renew(): void {
    const { clock, display, pageUrl, cameraThumbprint, rendezvousUrl } = this.#options;
    const invite = createClaimInvite(numericDateOf(clock) + INVITE_PERIOD_S + INVITE_GRACE_S);
    this.#open(invite);
    const link = encodeInviteLink(pageUrl, {
      kind: 'claim',
      camera: cameraThumbprint,
      secret: invite.secret,
      ...(rendezvousUrl === null ? {} : { rendezvous: rendezvousUrl }),
    });
    display.showInvite(link, INVITE_PERIOD_S / 60);
  }

  #open(invite: Invite): void {
    const { channels, clock } = this.#options;
    this.#invites.set(invite.id, invite);
    const openMs = (invite.openUntil - numericDateOf(clock) + 1) * 1000;
    this.#timers.set(
      invite.id,
      clock.after(openMs, () => this.#expire(invite.id)),
    );
    channels.open(channelOf(invite)).catch((error: unknown) => this.#warn('invite not opened', error));
  }

  #expire(id: string): void {
    this.#invites.delete(id);
    this.#timers.delete(id);
    this.#options.channels.close(id).catch((error: unknown) => this.#warn('invite not closed', error));
  }

  #terms(grant: Grant): GrantTerms {
    const { gid, psk, nbf, exp } = grant;
    return { gid, psk, scope: [...grant.scope], nbf, exp, camera_name: this.#options.cameraName };
  }

  #warn(event: string, error: unknown): void {
    this.#options.log.warn(event, { code: errorCode(error) });
  }
}

function channelOf(invite: Invite): ChannelSpec {
  return {
    id: invite.id,
    secret: invite.secret,
    sender: { type: 'introduced' },
    holder: null,
    name: UNCLAIMED_NAME,
    iceServers: [],
  };
}
