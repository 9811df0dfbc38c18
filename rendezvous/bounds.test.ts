import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '#shared/token-bucket.ts';
import { AddressLedger, addressKey } from './address-ledger.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { type RetainedPacket, RetainedStore } from './retained-store.ts';

const packet = (topic: string, bytes = 10): RetainedPacket => ({
  cmd: 'publish',
  topic,
  payload: Buffer.alloc(bytes, 1),
  qos: 1,
});

describe('token bucket', () => {
  it('lets a burst through, then asks to wait for what is owed', () => {
    const bucket = new TokenBucket(10, 5, 0);
    expect([bucket.take(5, 0), bucket.take(1, 0), bucket.take(1, 0)]).toEqual([0, 100, 200]);
    expect(bucket.take(1, 300)).toBe(0);
  });

  it('fills no further than the burst', () => {
    const bucket = new TokenBucket(10, 5, 0);
    expect(bucket.take(6, 1_000_000)).toBe(100);
  });
});

describe('address ledger', () => {
  it('counts connections by address and in all, and forgets who has none', () => {
    const ledger = new AddressLedger({ ...DEFAULT_LIMITS, connections: 3, connectionsPerAddress: 2 });
    const first = ledger.open('a', 0);
    const second = ledger.open('a', 0);
    expect(second).toBe(first);
    expect(ledger.open('a', 0)).toBeNull();
    expect(ledger.open('b', 0)).not.toBeNull();
    expect(ledger.open('c', 0)).toBeNull();
    if (first !== null) ledger.close(first);
    expect(ledger.open('c', 0)).not.toBeNull();
    expect(ledger.connections).toBe(3);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('takes %s for %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('retained store', () => {
  it('keeps, replaces and clears by topic', () => {
    const store = new RetainedStore(DEFAULT_LIMITS);
    store.set(packet('a', 10), 'x');
    store.set(packet('a', 20), 'y');
    expect([store.size, store.bytes]).toEqual([1, 20]);
    store.set(packet('a', 0), 'z');
    expect([store.size, store.bytes, store.get('a')]).toEqual([0, 0, null]);
  });

  it('forgets of who has most, so that a flood spares the others', () => {
    const store = new RetainedStore({ ...DEFAULT_LIMITS, retained: 10, retainedPerAddress: 100 });
    store.set(packet('camera'), 'home');
    for (let i = 0; i < 1_000; i++) store.set(packet(`flood ${i}`), 'flooder');
    expect(store.size).toBe(10);
    expect(store.get('camera')).not.toBeNull();
  });

  it('forgets past its bytes as well', () => {
    const store = new RetainedStore({ ...DEFAULT_LIMITS, retainedBytes: 100 });
    for (let i = 0; i < 20; i++) store.set(packet(`${i}`, 30), 'x');
    expect([store.size, store.bytes]).toEqual([3, 90]);
  });

  it('never exceeds a bound, and counts right', () => {
    const limits = { ...DEFAULT_LIMITS, retained: 6, retainedBytes: 200, retainedPerAddress: 4 };
    const write = fc.tuple(fc.nat(12), fc.nat(60), fc.nat(4));
    fc.assert(
      fc.property(fc.array(write, { maxLength: 60 }), (writes) => {
        const store = new RetainedStore(limits);
        for (const [topic, bytes, address] of writes) store.set(packet(`${topic}`, bytes), `${address}`);
        const kept = Array.from({ length: 13 }, (_, i) => store.get(`${i}`)).filter(
          (entry) => entry !== null,
        );
        expect(kept.length).toBe(store.size);
        expect(kept.reduce((sum, { payload }) => sum + payload.length, 0)).toBe(store.bytes);
        expect(store.size <= 6 && store.bytes <= 200).toBe(true);
      }),
    );
  });
});
