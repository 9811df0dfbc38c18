import * as v from 'valibot';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import { hashOf } from '#shared/crypto.ts';
import type { InviteLink } from '#shared/invite-link.ts';
import type { KeyStore, PhoneIdentity } from '../identity/key-store.ts';
import type { CameraStore } from '../storage/camera-store.ts';
import type { RecordStore } from '../storage/record-store.ts';

/** Links are good for minutes, lends for days; a key that redeemed nothing for this long never will. */
const MAX_AGE_S = 7 * 24 * 60 * 60;

const schema = v.strictObject({
  phone: v.pipe(v.string(), v.length(43)),
  startedAt: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

/**
 * Keys of claims that are under way. The camera lets in the first key that redeems a link, so a phone that asks again,
 * after a crash of either side, must come with the same key. Kept under a hash: the secret itself is not written.
 */
export class PendingClaims {
  readonly #records: RecordStore;
  readonly #keys: KeyStore;
  readonly #cameras: CameraStore;
  readonly #clock: Clock;

  constructor(records: RecordStore, keys: KeyStore, cameras: CameraStore, clock: Clock) {
    this.#records = records;
    this.#keys = keys;
    this.#cameras = cameras;
    this.#clock = clock;
  }

  /** The key this link was tried with before, or a new one. @throws StorageError */
  async begin(link: InviteLink): Promise<PhoneIdentity> {
    await this.#prune();
    const name = await nameOf(link);
    const pending = v.safeParse(schema, await this.#records.read(name));
    const known = pending.success ? await this.#keys.load(pending.output.phone).catch(() => null) : null;
    if (known !== null) return known;
    const identity = await this.#keys.create({ allowTemporary: link.kind === 'lend' });
    if (identity.isPersistent) await this.#remember(name, identity.thumbprint);
    return identity;
  }

  /** The claim is through: the key belongs to a camera now. @throws StorageError */
  async finish(link: InviteLink): Promise<void> {
    await this.#records.remove(await nameOf(link));
  }

  /** The claim will never succeed: its key goes too. @throws StorageError */
  async abandon(link: InviteLink, phone: string): Promise<void> {
    await this.finish(link);
    await this.#keys.remove(phone);
  }

  /** A key that is not remembered could not ask again: rather none. */
  async #remember(name: string, phone: string): Promise<void> {
    try {
      await this.#records.write(name, { phone, startedAt: numericDateOf(this.#clock) });
    } catch (error) {
      await this.#keys.remove(phone).catch(() => undefined); // The first error says more.
      throw error;
    }
  }

  async #prune(): Promise<void> {
    const oldest = numericDateOf(this.#clock) - MAX_AGE_S;
    for (const name of await this.#records.names()) {
      const pending = v.safeParse(schema, await this.#records.read(name));
      if (pending.success && pending.output.startedAt >= oldest) continue;
      if (pending.success) await this.#removeUnused(pending.output.phone);
      await this.#records.remove(name);
    }
  }

  /** The page may have ended between the grant stored and the claim forgotten. */
  async #removeUnused(phone: string): Promise<void> {
    const { cameras } = await this.#cameras.list();
    if (!cameras.some((camera) => camera.phone === phone)) await this.#keys.remove(phone);
  }
}

function nameOf({ camera, secret }: InviteLink): Promise<string> {
  return hashOf(`${camera}.${secret}`);
}
