import { type PublicJwk, parsePublicJwk, sign, thumbprintOf, verify } from '#shared/crypto.ts';
import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import type { RecordStore } from '../storage/record-store.ts';
import { StorageError } from '../storage/storage-error.ts';

/** A key of this phone, by which one camera knows it. */
export interface PhoneIdentity extends Identity {
  /** `false` for a key that this visit alone has, because the browser would not store it. */
  readonly isPersistent: boolean;
}

/** This phone's signing keys, one for each camera, by thumbprint. Their private halves never leave the browser. */
export class KeyStore {
  readonly #records: RecordStore;
  readonly #ofThisVisit = new Map<string, PhoneIdentity>();

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /**
   * Makes a key, writes it, reads it back and uses what came back: only then it counts.
   * With `allowTemporary` a browser that will not store keys gets one for this visit: enough for a guest.
   * @throws StorageError `storage_failed` | `storage_lost`
   */
  async create(options: { allowTemporary: boolean }): Promise<PhoneIdentity> {
    const identity = await createIdentity({ extractable: false });
    try {
      return await this.#keep(identity);
    } catch (error) {
      await this.remove(identity.thumbprint).catch(() => undefined); // The first error says more.
      if (!options.allowTemporary || !isUncloneable(error)) throw error;
      const temporary = { ...identity, isPersistent: false };
      this.#ofThisVisit.set(identity.thumbprint, temporary);
      return temporary;
    }
  }

  /**
   * The key with this thumbprint, or `null` where there is none.
   * @throws StorageError `storage_lost` when it cannot be used any more, `storage_failed` when it cannot be read.
   */
  async load(thumbprint: string): Promise<PhoneIdentity | null> {
    const temporary = this.#ofThisVisit.get(thumbprint);
    if (temporary !== undefined) return temporary;
    const [privateKey, jwk] = await Promise.all([
      this.#records.read(thumbprint),
      this.#records.read(publicName(thumbprint)),
    ]);
    if (isAbsent(privateKey) && isAbsent(jwk)) return null;
    const publicJwk = await readPublicJwk(jwk, thumbprint);
    if (!isSigningKey(privateKey))
      throw new StorageError('storage_lost', 'the private key did not come back');
    return { thumbprint, publicJwk, privateKey, isPersistent: true };
  }

  /** Forgets a key for good. @throws StorageError `storage_failed` */
  async remove(thumbprint: string): Promise<void> {
    this.#ofThisVisit.delete(thumbprint);
    await this.#records.remove(thumbprint);
    await this.#records.remove(publicName(thumbprint));
  }

  async #keep(identity: Identity): Promise<PhoneIdentity> {
    // One key a record: some browsers lose a whole record for one key in it that they cannot store.
    await this.#records.write(identity.thumbprint, identity.privateKey);
    await this.#records.write(publicName(identity.thumbprint), { ...identity.publicJwk });
    const stored = await this.load(identity.thumbprint);
    if (stored === null) throw new StorageError('storage_lost', 'the key was written and is not there');
    await assertWorks(stored);
    return stored;
  }
}

function publicName(thumbprint: string): string {
  return `${thumbprint}.public`;
}

/** Safari gives `null` for a key that it could not restore. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isSigningKey(value: unknown): value is CryptoKey {
  return value instanceof CryptoKey && value.type === 'private' && !value.extractable;
}

function isUncloneable(error: unknown): boolean {
  return (
    error instanceof StorageError &&
    error.cause instanceof DOMException &&
    error.cause.name === 'DataCloneError'
  );
}

async function readPublicJwk(value: unknown, thumbprint: string): Promise<PublicJwk> {
  try {
    const jwk = parsePublicJwk(value);
    if ((await thumbprintOf(jwk)) === thumbprint) return jwk;
  } catch (cause) {
    throw new StorageError('storage_lost', 'the public key did not come back', { cause });
  }
  throw new StorageError('storage_lost', 'another public key came back');
}

async function assertWorks({ thumbprint, publicJwk, privateKey }: Identity): Promise<void> {
  try {
    const header = { typ: 'probe+jwt', kid: thumbprint };
    await verify(await sign(new Uint8Array(1), header, privateKey), publicJwk);
  } catch (cause) {
    throw new StorageError('storage_lost', 'the key that came back does not sign', { cause });
  }
}
