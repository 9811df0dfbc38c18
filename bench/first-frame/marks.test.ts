import { describe, expect, it } from 'vitest';
import { type Mark, readReadyStages, readStages } from './marks.ts';

const marks: Mark[] = [
  { name: 'sent', atMs: 50, bytes: 9_000 },
  { name: 'start', atMs: 100 },
  { name: 'sent', atMs: 101, bytes: 2 },
  { name: 'sent', atMs: 103, bytes: 1_800 },
  { name: 'sent', atMs: 104, bytes: 600 },
  { name: 'answer', atMs: 120 },
  { name: 'ice', atMs: 150 },
  { name: 'connected', atMs: 180 },
  { name: 'packet', atMs: 185 },
  { name: 'frame', atMs: 200 },
];

describe('stages', () => {
  it('add up to the whole', () => {
    const { total, ...parts } = readStages(marks, 100);
    expect(parts).toEqual({ offer: 3, signalling: 17, ice: 30, dtls: 30, packet: 5, frame: 15 });
    expect(total).toBe(100);
  });

  it('are not read where one is missing', () => {
    expect(() => readStages(marks.slice(0, -1), 100)).toThrow('no frame');
    expect(() => readStages(marks, 110)).toThrow('without an offer');
  });

  it('are three where the connection was there before', () => {
    const ready: Mark[] = [
      { name: 'connected', atMs: 10 },
      { name: 'start', atMs: 100 },
      { name: 'play', atMs: 110 },
      { name: 'packet', atMs: 150 },
      { name: 'frame', atMs: 160 },
    ];
    expect(readReadyStages(ready, 100)).toEqual({ play: 10, packet: 40, frame: 10, total: 60 });
    expect(() => readReadyStages(marks, 100)).toThrow('no play');
  });
});
