import { afterEach, describe, expect, test } from 'vitest';
import { takeLink } from './take-link.ts';

const address = location.href;
afterEach(() => history.replaceState({}, '', address));

describe('take link', () => {
  test('takes the whole link and leaves nothing of it in the address or the history', () => {
    const before = history.length;
    history.replaceState({}, '', '/?claim#c1.camera.secret');
    expect(takeLink()).toBe(`${location.origin}/?claim#c1.camera.secret`);
    expect(location.href).toBe(`${location.origin}/?claim`);
    expect(history.length).toBe(before);
  });

  test.each(['', '#', '#top', '#c1'])('leaves %s alone', (hash) => {
    history.replaceState({}, '', `/${hash}`);
    expect(takeLink()).toBeNull();
  });

  test('throws away one that is too long, but still clears the address', () => {
    history.replaceState({}, '', `/#c1.${'a'.repeat(3000)}`);
    expect(takeLink()).toBeNull();
    expect(location.hash).toBe('');
  });
});
