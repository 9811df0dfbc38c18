import { parseUtf8 } from '#shared/bytes.ts';
import { createEphemeralKey, exportPublicJwk, openSealed, randomBase64url } from '#shared/crypto.ts';
import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { type GrantTerms, parseGrantTerms } from '#shared/terms.ts';
import { PhoneChannel } from './phone-channel.ts';

/** When a `FakeClock` begins, NumericDate. */
const FAKE_NOW = Date.UTC(2030, 0, 1) / 1000;

/** A phone that does what the protocol says, built from `shared/` alone. */
export class TestPhone {
  readonly identity: Identity;
  readonly #rendezvous: Rendezvous;
  readonly #now: () => number;

  private constructor(identity: Identity, rendezvous: Rendezvous, now: () => number) {
    this.identity = identity;
    this.#rendezvous = rendezvous;
    this.#now = now;
  }

  /** A phone with a key of its own; `now` (NumericDate) is what it counts ends from. */
  static async create(rendezvous: Rendezvous, now = () => FAKE_NOW): Promise<TestPhone> {
    return new TestPhone(await createIdentity({ extractable: false }), rendezvous, now);
  }

  /** Opens a channel and waits for the camera's presence on it, or its farewell. */
  open(secret: string, camera: Identity, { introduce }: { introduce: boolean }): Promise<PhoneChannel> {
    const { identity } = this;
    return PhoneChannel.open({
      ...{ secret, identity, camera, introduce },
      ...{ rendezvous: this.#rendezvous, now: this.#now },
    });
  }

  /** Redeems on an open invite channel: the terms, or the code of the refusal. */
  async redeem(channel: PhoneChannel, name = 'Phone', code?: string): Promise<GrantTerms | string> {
    const epk = await createEphemeralKey();
    const body = {
      nonce: channel.nonce,
      epk: await exportPublicJwk(epk.publicKey),
      name,
      ...(code ? { code } : {}),
    };
    const { hash } = await channel.send({ type: 'redeem', body });
    const answer = await channel.answerTo(hash);
    if (answer.type === 'refused') return answer.body.code;
    if (answer.type !== 'redeemed') return answer.type;
    const terms = await openSealed(answer.body.sealed, epk.privateKey);
    return parseGrantTerms(JSON.parse(parseUtf8(terms)));
  }

  /** A session id. */
  static sessionId(): string {
    return randomBase64url(16);
  }
}
