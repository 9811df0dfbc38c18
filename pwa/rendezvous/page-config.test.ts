import { describe, expect, it } from 'vitest';
import { parsePageConfig } from './page-config.ts';

const page = 'https://cam.example:8443/';

describe('page configuration', () => {
  it.each([
    ['/mqtt', 'https://cam.example:8443/', 'wss://cam.example:8443/mqtt'],
    ['/mqtt', 'http://localhost:8080/', 'ws://localhost:8080/mqtt'],
    ['wss://broker.example/ws', page, 'wss://broker.example/ws'],
  ])('%s on %s is %s', (url, base, expected) => {
    expect(parsePageConfig({ rendezvous: [{ url }] }, base).rendezvous[0]?.url).toBe(expected);
  });

  it('keeps credentials', () => {
    const address = { url: 'wss://b.example/', username: 'u', password: 'p' };
    expect(parsePageConfig({ rendezvous: [address] }, page)).toEqual({ rendezvous: [address] });
  });

  it.each([
    null,
    [],
    {},
    { rendezvous: [] },
    { rendezvous: '/mqtt' },
    { rendezvous: [{ url: '' }] },
    { rendezvous: [{ url: 1 }] },
    { rendezvous: [{ url: 'javascript:alert(1)' }] },
    { rendezvous: [{ url: 'mqtt://b.example' }] },
    { rendezvous: [{ url: '/mqtt', username: 7 }] },
    { rendezvous: [{ url: '/mqtt', extra: 1 }] },
    { rendezvous: Array.from({ length: 9 }, () => ({ url: '/mqtt' })) },
    { rendezvous: [{ url: '/mqtt' }], extra: 1 },
  ])('refuses %j', (json) => {
    expect(() => parsePageConfig(json, page)).toThrow(TypeError);
  });
});
