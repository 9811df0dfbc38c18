import { describe, expect, test } from 'vitest';
import { sign, verify } from '#shared/crypto.ts';
import { openRecordStore } from '../storage/record-store.ts';
import { StorageError } from '../storage/storage-error.ts';
import { MemoryRecords } from '../testing/memory-records.ts';
import { KeyStore } from './key-store.ts';

const uncloneable = new StorageError('storage_failed', 'no', {
  cause: new DOMException('no', 'DataCloneError'),
});

describe('key store', () => {
  test('a key survives in IndexedDB, signs, and cannot be read out', async () => {
    const kind = `keys-${crypto.randomUUID()}`;
    const { thumbprint, publicJwk } = await new KeyStore(openRecordStore(kind)).create({
      allowTemporary: false,
    });
    const loaded = await new KeyStore(openRecordStore(kind)).load(thumbprint);
    if (loaded === null) throw new Error('the key is gone');
    expect(loaded.isPersistent).toBe(true);
    await verify(
      await sign(new Uint8Array(3), { typ: 'x+jwt', kid: thumbprint }, loaded.privateKey),
      publicJwk,
    );
    expect(loaded.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('jwk', loaded.privateKey as CryptoKey)).rejects.toThrow();
  });

  test('a key of another frame of this origin is the same key', async () => {
    const kind = `keys-${crypto.randomUUID()}`;
    const { thumbprint } = await new KeyStore(openRecordStore(kind)).create({ allowTemporary: false });
    const frame = document.body.appendChild(document.createElement('iframe'));
    const request = frame.contentWindow?.indexedDB.open(`latchkey-${kind}`);
    if (request === undefined) throw new Error('no frame');
    const db = await new Promise<IDBDatabase>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    const stored = db.transaction('records').objectStore('records').get(thumbprint);
    await new Promise((resolve) => {
      stored.onsuccess = resolve;
    });
    expect(stored.result?.type).toBe('private');
    db.close();
    frame.remove();
  });

  test('an unknown key is null', async () => {
    expect(await new KeyStore(new MemoryRecords()).load('x')).toBeNull();
  });

  test('a browser that takes the key and gives nothing back is found out', async () => {
    const records = new MemoryRecords();
    records.fault = (name) => (name.endsWith('.public') ? null : 'lose');
    await expect(new KeyStore(records).create({ allowTemporary: true })).rejects.toMatchObject({
      code: 'storage_lost',
    });
    expect(await records.names()).toEqual([]);
  });

  test('a browser that will not store keys is an error for an owner, and a key for this visit for a guest', async () => {
    const records = new MemoryRecords();
    records.fault = () => uncloneable;
    const keys = new KeyStore(records);
    await expect(keys.create({ allowTemporary: false })).rejects.toMatchObject({ code: 'storage_failed' });
    const guest = await keys.create({ allowTemporary: true });
    expect(guest.isPersistent).toBe(false);
    expect(await keys.load(guest.thumbprint)).toBe(guest);
    expect(await new KeyStore(records).load(guest.thumbprint)).toBeNull();
  });

  test('a full disk gives nobody a temporary key', async () => {
    const records = new MemoryRecords();
    records.fault = () => new StorageError('storage_failed', 'full');
    await expect(new KeyStore(records).create({ allowTemporary: true })).rejects.toMatchObject({
      code: 'storage_failed',
    });
  });

  test('a private key whose public half is another one is refused', async () => {
    const records = new MemoryRecords();
    const keys = new KeyStore(records);
    const one = await keys.create({ allowTemporary: false });
    const two = await keys.create({ allowTemporary: false });
    await records.write(`${one.thumbprint}.public`, two.publicJwk);
    await expect(keys.load(one.thumbprint)).rejects.toMatchObject({ code: 'storage_lost' });
  });
});
