import { describe, expect, it } from 'vitest';
import { PacketHistory } from './packet-history.ts';
import type { MediaPacket } from './packetizer.ts';
import { unitOf } from './testing/units.ts';

const MS = 1000;

function packet(): MediaPacket {
  const [only] = unitOf(1).packets;
  if (!only) throw new Error('a unit without packets');
  return only;
}

describe('packet history', () => {
  it('has more than a second of a fast stream', () => {
    const history = new PacketHistory();
    const first = packet();
    history.add(10, first, 0);
    for (let number = 11; number < 10 + 2048; number++) history.add(number, packet(), 0);
    expect(history.find(10, 0)).toBe(first);
    history.add(10 + 2048, packet(), 0);
    expect(history.find(10, 0)).toBeNull();
  });

  it('finds nothing stale, and recalls it all the same', () => {
    const history = new PacketHistory();
    history.add(7, packet(), 0);
    expect(history.find(7, 1_000 * MS)).not.toBeNull();
    expect(history.find(7, 1_001 * MS)).toBeNull();
    expect(history.recall(7)).not.toBeNull();
    expect(history.recall(8)).toBeNull();
  });

  it('lets a packet go again once, and anew when that has had its time', () => {
    const history = new PacketHistory();
    history.add(7, packet(), 0);
    expect(history.claim(7, 100 * MS, 80 * MS)).toBe(true);
    expect(history.claim(7, 500 * MS, 80 * MS)).toBe(false);
    history.repeat(7, 500 * MS);
    expect(history.claim(7, 579 * MS, 80 * MS)).toBe(false);
    expect(history.claim(7, 580 * MS, 80 * MS)).toBe(true);
  });
});
