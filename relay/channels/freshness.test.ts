import { describe, expect, it } from 'vitest';
import { FreshnessGuard } from './freshness.ts';

describe('freshness', () => {
  it('counts a request once', () => {
    const guard = new FreshnessGuard();
    expect(guard.check(guard.nonce, 'phone', 'a')).toBe('fresh');
    expect(guard.check(guard.nonce, 'phone', 'a')).toBe('replayed');
    expect(guard.check(guard.nonce, 'phone', 'b')).toBe('fresh');
  });

  it('accepts the nonce before, and remembers what came with it', () => {
    const guard = new FreshnessGuard();
    const old = guard.nonce;
    guard.check(old, 'phone', 'a');
    guard.rotate();
    expect(guard.check(old, 'phone', 'a')).toBe('replayed');
    expect(guard.check(old, 'phone', 'b')).toBe('fresh');
  });

  it('refuses a nonce after two rotations, and one from before a restart', () => {
    const guard = new FreshnessGuard();
    const old = guard.nonce;
    guard.rotate();
    guard.rotate();
    expect(guard.check(old, 'phone', 'a')).toBe('stale');
    expect(new FreshnessGuard().check(old, 'phone', 'a')).toBe('stale');
  });

  it('tells channels apart', () => {
    const guard = new FreshnessGuard();
    guard.check(guard.nonce, 'phone', 'a');
    expect(guard.check(guard.nonce, 'other', 'a')).toBe('fresh');
  });

  it('forgets nothing under a flood: it stops accepting instead', () => {
    const guard = new FreshnessGuard();
    for (let count = 0; count < 2_000; count += 1) guard.check(guard.nonce, 'phone', `${count}`);
    expect(guard.check(guard.nonce, 'phone', 'one more')).toBe('stale');
    expect(guard.check(guard.nonce, 'phone', '0')).toBe('replayed');
    // A guest that floods locks out nobody else.
    expect(guard.check(guard.nonce, 'other', 'a')).toBe('fresh');
    guard.rotate();
    expect(guard.check(guard.nonce, 'phone', 'one more')).toBe('fresh');
  });
});
