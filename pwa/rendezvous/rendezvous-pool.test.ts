import { describe, expect, test } from 'vitest';
import type { RendezvousAddress } from '#shared/rendezvous.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { RendezvousPool } from './rendezvous-pool.ts';

const own = [{ url: 'wss://own.example/mqtt', username: 'page', password: 'secret' }];

function createPool() {
  const broker = createMemoryBroker();
  const opened: (readonly RendezvousAddress[])[] = [];
  const pool = new RendezvousPool(Promise.resolve({ rendezvous: own }), (addresses) => {
    opened.push(addresses);
    return broker.connect();
  });
  return { pool, opened };
}

describe('rendezvous pool', () => {
  test('lends one connection to all, and closes it when the last gives it back', async () => {
    const { pool, opened } = createPool();
    const one = await pool.borrow(null);
    const two = await pool.borrow('wss://own.example/mqtt');
    expect(two.rendezvous).toBe(one.rendezvous);
    expect(opened).toEqual([own]);
    one.release();
    one.release();
    expect(two.rendezvous.state).toBe('online');
    two.release();
    expect(two.rendezvous.state).toBe('closed');
    expect((await pool.borrow(null)).rendezvous).not.toBe(one.rendezvous);
  });

  test('gives the page’s credentials to no other broker', async () => {
    const { pool, opened } = createPool();
    await pool.borrow('wss://other.example/');
    expect(opened).toEqual([[{ url: 'wss://other.example/' }]]);
  });
});
