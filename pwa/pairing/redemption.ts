import { parseUtf8 } from '#shared/bytes.ts';
import type { Clock } from '#shared/clock.ts';
import { createEphemeralKey, exportPublicJwk, openSealed, type PublicJwk } from '#shared/crypto.ts';
import type { DownMessage } from '#shared/down-message.ts';
import type { OpenedMessage } from '#shared/envelope.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import type { InviteLink } from '#shared/invite-link.ts';
import type { MessageBody } from '#shared/message.ts';
import { ProtocolError } from '#shared/protocol-error.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import { type GrantTerms, parseGrantTerms } from '#shared/terms.ts';
import type { UpMessage } from '#shared/up-message.ts';
import type { Refusal } from '#shared/verdicts.ts';
import { Conversation } from '../channel/conversation.ts';
import type { PhoneIdentity } from '../identity/key-store.ts';
import { ClaimError, refusedClaim } from './claim-error.ts';

/** The retained presence comes with the subscription; a camera that is there answers `hello` well within this. */
const PRESENCE_TIMEOUT_MS = 5_000;
/** A camera writes to disk before it answers; a slow card takes a second or two. */
const ANSWER_TIMEOUT_MS = 5_000;
/** Time for a camera to restart and for a phone to change networks. */
const MAX_ATTEMPTS = 4;
/** How long the rendezvous may take from the code read to the first subscription. */
const RENDEZVOUS_TIMEOUT_MS = 10_000;

/** What the camera granted, and the key that signed it. */
export interface Redemption {
  readonly grant: GrantTerms;
  readonly cameraJwk: PublicJwk;
}

export interface RedemptionOptions {
  readonly link: InviteLink;
  readonly identity: PhoneIdentity;
  /** How this phone will be called in the camera's list. */
  readonly deviceName: string;
  readonly rendezvous: Rendezvous;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Resolves with the six digits that the camera shows; `wasWrong` when it did not take those given before. */
  readonly askCode: (wasWrong: boolean) => Promise<string>;
}

/**
 * Redeems an invite: asks, and asks again with the same key when no answer comes; brings the camera's digits where it
 * wants them.
 * @throws ClaimError | RendezvousError, or the signal's reason.
 */
export async function redeem(options: RedemptionOptions): Promise<Redemption> {
  const { secret, camera } = options.link;
  const inviteId = await deriveInviteId(secret, camera);
  const redeemer = new Redeemer(options, inviteId, await createEphemeralKey());
  try {
    return await redeemer.run();
  } finally {
    redeemer.close();
  }
}

type Verdict =
  | { readonly type: 'redeemed'; readonly redemption: Redemption }
  | { readonly type: 'refused'; readonly code: Refusal };

class Redeemer {
  readonly #options: RedemptionOptions;
  readonly #inviteId: string;
  readonly #epk: CryptoKeyPair;
  /** Hashes of our requests; a grant in answer to any of them counts, however late. */
  readonly #asked = new Set<string>();
  /** Those that say what we would say now: only their refusals matter. */
  readonly #current = new Set<string>();
  #code: string | null = null;
  #conversation: Conversation | null = null;
  #presence: MessageBody<'presence'> | null = null;
  #nonce: string | null = null;
  #verdict: Verdict | null = null;
  #sawImpostor = false;
  #sawCamera = false;
  #wake: () => void = () => undefined;

  constructor(options: RedemptionOptions, inviteId: string, epk: CryptoKeyPair) {
    this.#options = options;
    this.#inviteId = inviteId;
    this.#epk = epk;
  }

  async run(): Promise<Redemption> {
    this.#conversation = await this.#open();
    await this.#findCamera(this.#conversation);
    let attempts = 0;
    while (attempts < MAX_ATTEMPTS) {
      const verdict = await this.#attempt(this.#conversation);
      if (verdict?.type === 'redeemed') return verdict.redemption;
      const hasNews = verdict !== null && (await this.#heed(verdict.code));
      attempts = hasNews ? 0 : attempts + 1;
    }
    throw this.#silence();
  }

  close(): void {
    this.#conversation?.close();
  }

  async #open(): Promise<Conversation> {
    const { link, identity, rendezvous, clock, signal } = this.#options;
    const deadline = new AbortController();
    const giveUp = () => deadline.abort(new RendezvousError('offline', 'no broker in time'));
    const cancel = clock.after(RENDEZVOUS_TIMEOUT_MS, giveUp);
    try {
      return await Conversation.open(
        {
          rendezvous,
          secret: link.secret,
          identity,
          camera: link.camera,
          sender: { type: 'introduced', thumbprint: link.camera },
          clock,
          onMessage: (opened) => void this.#receive(opened).catch(dropUnreadable),
          onImpostor: () => {
            this.#sawImpostor = true;
          },
        },
        { signal: AbortSignal.any([signal, deadline.signal]) },
      );
    } finally {
      cancel();
    }
  }

  /** Has a nonce from the retained presence, or else greets the camera and waits for one. */
  async #findCamera(conversation: Conversation): Promise<void> {
    await this.#send(conversation, { type: 'hello', body: {} });
    const isThere = () => (this.#presence?.state === 'online' ? this.#presence : null);
    if ((await this.#until(isThere, PRESENCE_TIMEOUT_MS)) === null && this.#nonce === null)
      throw this.#silence();
  }

  /** One request and, where the camera asks for a newer nonce, one more. */
  async #attempt(conversation: Conversation): Promise<Verdict | null> {
    const verdict = await this.#ask(conversation);
    const isStale = verdict?.type === 'refused' && verdict.code === 'use_nonce';
    return isStale ? this.#ask(conversation) : verdict;
  }

  async #ask(conversation: Conversation): Promise<Verdict | null> {
    if (this.#nonce === null) return null;
    if (this.#verdict?.type === 'redeemed') return this.#verdict; // The answer to an earlier request, just too late.
    this.#verdict = null;
    const { deviceName } = this.#options;
    const epk = await exportPublicJwk(this.#epk.publicKey);
    const body = { nonce: this.#nonce, epk, name: deviceName };
    const code = this.#code === null ? {} : { code: this.#code };
    await this.#send(conversation, { type: 'redeem', body: { ...body, ...code } });
    return this.#until(() => this.#verdict, ANSWER_TIMEOUT_MS);
  }

  /** Whether there is something new to ask with. @throws ClaimError where there is no use in asking. */
  async #heed(code: Refusal): Promise<boolean> {
    const gaveCode = this.#code !== null;
    const error = refusedClaim(code, { gaveCode });
    if (error !== null) throw error;
    if (code !== 'needs_code' && code !== 'wrong_code') return false;
    this.#code = await this.#options.askCode(gaveCode);
    this.#current.clear();
    return true;
  }

  async #send(conversation: Conversation, message: UpMessage): Promise<void> {
    const { signal } = this.#options;
    const sealed = await conversation.seal(message);
    signal.throwIfAborted();
    this.#asked.add(sealed.hash);
    this.#current.add(sealed.hash);
    // Not awaited: an answer may overtake the broker's acknowledgement, and the wait for it has its own limit.
    conversation.publish(sealed, { signal }).catch(() => undefined);
  }

  async #receive({ message, sender }: OpenedMessage<DownMessage>): Promise<void> {
    this.#sawCamera = true;
    if (message.type === 'presence') {
      this.#presence = message.body;
      if (message.body.state === 'online') this.#nonce = message.body.nonce;
    } else if (message.type === 'redeemed' && this.#asked.has(message.body.rq)) {
      const grant = parseSealedTerms(await openSealed(message.body.sealed, this.#epk.privateKey));
      // Or a camera could put itself into the place of another one that this phone holds a grant for.
      if (grant.gid !== this.#inviteId) throw new ProtocolError('misdirected', 'the grant of another invite');
      this.#verdict = { type: 'redeemed', redemption: { grant, cameraJwk: sender.jwk } };
    } else if (message.type === 'refused' && this.#current.has(message.body.rq)) {
      this.#nonce = message.body.nonce ?? this.#nonce;
      this.#verdict ??= { type: 'refused', code: message.body.code };
    }
    this.#wake();
  }

  /** Resolves with the first value that is not null, or with null after `timeoutMs`. */
  async #until<T>(read: () => T | null, timeoutMs: number): Promise<T | null> {
    const { clock, signal } = this.#options;
    let isOver = false;
    const end = () => {
      isOver = true;
      this.#wake();
    };
    const cancel = clock.after(timeoutMs, end);
    signal.addEventListener('abort', end);
    try {
      for (let value = read(); ; value = read()) {
        signal.throwIfAborted();
        if (value !== null || isOver) return value;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      cancel();
      signal.removeEventListener('abort', end);
    }
  }

  /** What it means that nobody answered. */
  #silence(): ClaimError | RendezvousError {
    if (this.#options.rendezvous.state !== 'online')
      return new RendezvousError('offline', 'the broker is gone');
    if (this.#sawImpostor) return new ClaimError('wrong_camera', 'somebody else answers on this channel');
    if (this.#sawCamera) return new ClaimError('camera_offline', 'the camera does not answer');
    // A camera leaves its presence with the broker for as long as the code is good, and clears it afterwards.
    return new ClaimError('expired', 'nobody listens to this code any more');
  }
}

function parseSealedTerms(bytes: Uint8Array): GrantTerms {
  try {
    return parseGrantTerms(JSON.parse(parseUtf8(bytes)));
  } catch (cause) {
    throw new ProtocolError('malformed', 'no terms under the seal', { cause });
  }
}

/** Signed by the camera and yet unreadable: as good as no answer, and the request is made again. */
function dropUnreadable(error: unknown): void {
  if (!(error instanceof ProtocolError)) throw error;
}
