import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { testInvite, token } from '../testing/access-entries.ts';
import { CODE_LIMIT_MS, Confirmation, MAX_GUESSES } from './confirmation.ts';

const link = testInvite('link');
const anna = { thumbprint: token('anna', 43), device: 'Anna’s phone' };
const thief = { thumbprint: token('thief', 43), device: 'Thief' };

let clock: FakeClock;
let shown: [string, string][];
let changes: number;
let confirmation: Confirmation;

beforeEach(() => {
  clock = new FakeClock();
  shown = [];
  changes = 0;
  confirmation = new Confirmation({
    clock,
    show: (device, code) => shown.push([device, code]),
    onChange: () => {
      changes += 1;
    },
  });
});

afterEach(() => {
  confirmation.close();
  expect(clock.pending).toBe(0);
});

const check = (who: typeof anna, code?: string, invite = link) => confirmation.check(invite, who, code);
const digits = () => shown.at(-1)?.[1] ?? '';
/** Six digits that are not the right ones. */
const wrong = () => digits().replace(/^./, (digit) => String((Number(digit) + 1) % 10));

describe('whoever asks to own the camera', () => {
  it('is asked for the digits that the camera shows with their name', () => {
    expect(check(anna)).toBe('needs_code');
    expect(shown).toEqual([['Anna’s phone', expect.stringMatching(/^\d{6}$/)]]);
    expect(confirmation.isAsking(link.id)).toBe(true);
    expect(check(anna, digits())).toBe('confirmed');
  });

  it('stays confirmed until it has been let in, so that nothing is lost where that fails', () => {
    check(anna);
    expect([check(anna, digits()), check(anna, digits())]).toEqual(['confirmed', 'confirmed']);
    confirmation.end(link.id);
    expect(confirmation.isAsking(link.id)).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('sees the same digits, however often it asks', () => {
    for (let times = 0; times < 3; times += 1) check(anna);
    expect(shown).toHaveLength(1);
  });

  it('has five minutes, then the camera shows other digits', () => {
    check(anna);
    clock.advance(CODE_LIMIT_MS - 1);
    expect(check(anna)).toBe('needs_code');
    expect(shown).toHaveLength(1);
    clock.advance(1);
    expect(confirmation.isAsking(link.id)).toBe(false);
    expect(check(anna)).toBe('needs_code');
    expect(shown).toHaveLength(2);
  });

  it('may mistype twice', () => {
    check(anna);
    expect([check(anna, wrong()), check(anna, wrong()), check(anna, digits())]).toEqual([
      'wrong_code',
      'wrong_code',
      'confirmed',
    ]);
  });

  it('is told apart by its digits from who asks with another link', () => {
    const other = testInvite('other');
    check(anna);
    const first = digits();
    check(thief, undefined, other);
    expect(check(thief, first, other)).toBe(first === digits() ? 'confirmed' : 'wrong_code');
    expect(check(anna, first)).toBe('confirmed');
  });

  it('is news when it begins and when it ends', () => {
    check(anna);
    check(anna);
    expect(changes).toBe(1);
    confirmation.end(link.id);
    confirmation.end(link.id);
    expect(changes).toBe(2);
    check(anna);
    clock.advance(CODE_LIMIT_MS);
    expect(changes).toBe(4);
  });
});

describe('whoever has the link too', () => {
  it('cannot use digits that were shown for another phone, nor spend its tries', () => {
    check(anna);
    for (let times = 0; times < 5; times += 1) expect(check(thief, digits())).toBe('invalid_grant');
    expect(check(thief)).toBe('invalid_grant');
    expect(check(anna, digits())).toBe('confirmed');
  });

  it('keeps the other one out for five minutes at a time, as long as it asks first', () => {
    check(thief);
    expect(check(anna)).toBe('invalid_grant');
    clock.advance(CODE_LIMIT_MS);
    expect(check(anna)).toBe('needs_code');
  });

  it('has three tries in all', () => {
    check(thief);
    expect([check(thief, wrong()), check(thief, wrong()), check(thief, wrong())]).toEqual([
      'wrong_code',
      'wrong_code',
      'failed',
    ]);
    expect(confirmation.isAsking(link.id)).toBe(false);
  });

  it('has no more of them after waiting for other digits, or under another key', () => {
    check(thief);
    expect(check(thief, wrong())).toBe('wrong_code');
    clock.advance(CODE_LIMIT_MS);
    check(anna);
    expect(check(anna, wrong())).toBe('wrong_code');
    clock.advance(CODE_LIMIT_MS);
    check(thief);
    expect(check(thief, wrong())).toBe('failed');
  });

  it('has failed until the invite is gone, also with the right digits: a disk may not have taken that yet', () => {
    check(thief);
    const right = digits();
    for (let times = 0; times < 3; times += 1) check(thief, wrong());
    expect([check(thief, right), check(thief), check(anna)]).toEqual(['failed', 'failed', 'failed']);
    expect(shown).toHaveLength(1);
    confirmation.end(link.id);
    expect(check(anna)).toBe('needs_code');
  });

  it('cannot guess on with one invite after the other', () => {
    let answers = 0;
    for (let invites = 0; invites < 1_000; invites += 1) {
      const each = testInvite(`link ${invites}`);
      if (check(thief, undefined, each) !== 'needs_code') break;
      for (; check(thief, wrong(), each) === 'wrong_code'; answers += 1);
      confirmation.end(each.id);
    }
    expect(answers).toBeLessThanOrEqual(MAX_GUESSES);
    const before = shown.length;
    expect(check(anna)).toBe('busy');
    // Whoever forges the time gains nothing by it.
    for (const days of [40, -80, 40]) clock.step(days * 24 * 3600_000);
    expect(check(anna)).toBe('busy');
    expect(shown).toHaveLength(before);
    clock.advance(2 * 3600_000);
    expect(check(anna)).toBe('needs_code');
    expect([check(anna, wrong()), check(anna, wrong()), check(anna, digits())]).toEqual([
      'wrong_code',
      'wrong_code',
      'busy',
    ]);
  });

  it('has what it guessed forgotten in the end, and no timer left of it', () => {
    check(thief);
    check(thief, wrong());
    confirmation.end(link.id);
    expect(clock.pending).toBe(1);
    clock.advance(3600_000);
    expect(clock.pending).toBe(0);
  });

  it('cannot guess before anything is shown', () => {
    expect(check(thief, '000000')).toBe(digits() === '000000' ? 'confirmed' : 'wrong_code');
    expect(shown).toHaveLength(1);
  });

  it.each(['', '1', '0000000'])('cannot have %j taken for digits', (code) => {
    check(anna);
    expect(check(anna, code)).toBe('wrong_code');
  });
});
