import { describe, expect, it } from 'vitest';
import type { PacketizedUnit } from '../webrtc/packetizer.ts';
import { OpeningGroup } from './opening-group.ts';

/** A picture of so many bytes, at so many milliseconds. */
function unit(kind: 'key' | 'delta', atMs: number, bytes: number): PacketizedUnit {
  const rtpTimestamp = (atMs * 90) % 2 ** 32;
  const packets = [{ payload: new Uint8Array(bytes), marker: true, rtpTimestamp, capturedAtMs: atMs }];
  return { packets, rtpTimestamp, isKeyframe: kind === 'key', rendition: 'main' };
}

function groupOf(...units: PacketizedUnit[]): readonly PacketizedUnit[] {
  const group = new OpeningGroup();
  for (const each of units) group.add(each);
  return group.take();
}

const kinds = (units: readonly PacketizedUnit[]) =>
  units.map(({ isKeyframe }) => (isKeyframe ? 'key' : 'delta'));

describe('what a viewer begins with', () => {
  it('is the last keyframe and what builds on it', () => {
    const group = groupOf(unit('key', 0, 9), unit('key', 33, 9), unit('delta', 66, 3), unit('delta', 100, 3));
    expect(kinds(group)).toEqual(['key', 'delta', 'delta']);
  });

  it('is shown at once, up to the newest at its own time', () => {
    const group = groupOf(unit('key', 0, 9), unit('delta', 33, 3), unit('delta', 66, 3));
    expect(group.map(({ rtpTimestamp }) => rtpTimestamp)).toEqual([64 * 90, 65 * 90, 66 * 90]);
    expect(group.map(({ packets }) => packets[0]?.rtpTimestamp)).toEqual([64 * 90, 65 * 90, 66 * 90]);
  });

  it('is in order where timestamps begin anew', () => {
    const wrap = 2 ** 32 / 90;
    const group = groupOf(unit('key', wrap - 33, 9), { ...unit('delta', 0, 3), rtpTimestamp: 0 });
    expect(group.map(({ rtpTimestamp }) => rtpTimestamp)).toEqual([2 ** 32 - 90, 0]);
  });

  it('is nothing without a keyframe', () => {
    expect(groupOf(unit('delta', 0, 3), unit('delta', 33, 3))).toEqual([]);
  });

  it('is nothing where much more has come since than a keyframe is', () => {
    const units = [unit('key', 0, 9), unit('delta', 33, 9), unit('delta', 66, 10), unit('delta', 100, 1)];
    expect(groupOf(...units)).toEqual([]);
    expect(kinds(groupOf(...units, unit('key', 133, 9)))).toEqual(['key']);
  });

  it('is had once', () => {
    const group = new OpeningGroup();
    group.add(unit('key', 0, 9));
    expect(group.take()).toHaveLength(1);
    expect(group.take()).toEqual([]);
  });
});
