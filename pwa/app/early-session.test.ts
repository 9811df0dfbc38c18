import { expect, test } from 'vitest';
import { EarlySession } from './early-session.ts';
import { FakeLiveSession } from './testing/fake-use-cases.ts';

function setUp() {
  const opened: { readonly id: string; readonly session: FakeLiveSession }[] = [];
  const early = new EarlySession((id) => {
    const session = new FakeLiveSession();
    opened.push({ id, session });
    return session;
  });
  return { early, opened };
}

test('a viewing that began with the tap is taken by its page, once', () => {
  const { early, opened } = setUp();
  early.ahead('porch');
  expect(early.take('porch')).toBe(opened[0]?.session);
  expect(early.take('porch')).toBe(opened[1]?.session);
  expect(opened.map(({ id }) => id)).toEqual(['porch', 'porch']);
});

test('a viewing that no page has taken ends with the next', () => {
  const { early, opened } = setUp();
  early.ahead('porch');
  early.ahead('attic');
  expect(early.take('cellar')).toBe(opened[2]?.session);
  expect(opened.map(({ session }) => session.isClosed)).toEqual([true, true, false]);
});
