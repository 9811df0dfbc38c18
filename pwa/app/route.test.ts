import { describe, expect, test } from 'vitest';
import { encodeRoute, parseRoute, type Route } from './route.ts';

describe('route', () => {
  test.each<Route>([
    { page: 'home' },
    { page: 'scan' },
    { page: 'link' },
    { page: 'claim' },
    { page: 'camera', id: 'Ab-_9' },
  ])('%o is read back from its own address', (route) => {
    expect(parseRoute(new URL(encodeRoute(route), 'https://host/').search)).toEqual(route);
  });

  test.each(['', '?other', '?camera=', '?camera=%3Cb%3E', `?camera=${'a'.repeat(65)}`])(
    '%s is home',
    (search) => {
      expect(parseRoute(search)).toEqual({ page: 'home' });
    },
  );
});
