import { describe, expect, test } from 'vitest';
import { encodeRoute, parseRoute, type Route } from './route.ts';

describe('route', () => {
  test.each<Route>([
    { page: 'home' },
    { page: 'scan' },
    { page: 'link' },
    { page: 'claim' },
    { page: 'camera', id: 'Ab-_9' },
    { page: 'lend', id: 'Ab-_9' },
    { page: 'loan', id: 'Ab-_9', loan: '' },
    { page: 'loan', id: 'Ab-_9', loan: 'x_Y-0' },
    { page: 'access', id: 'Ab-_9' },
    { page: 'log', id: 'Ab-_9' },
  ])('%o is read back from its own address', (route) => {
    expect(parseRoute(new URL(encodeRoute(route), 'https://host/').search)).toEqual(route);
  });

  test.each([
    '',
    '?other',
    '?camera=',
    '?camera=%3Cb%3E',
    '?lend=',
    '?loan=%20',
    `?camera=${'a'.repeat(65)}`,
  ])('%s is home', (search) => {
    expect(parseRoute(search)).toEqual({ page: 'home' });
  });
});
