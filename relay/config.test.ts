import { describe, expect, it } from 'vitest';
import { type ConfigError, loadConfig } from './config.ts';

describe('the settings', () => {
  it('have a default each', () => {
    expect(loadConfig({})).toMatchObject({
      source: 'test-picture',
      format: { width: 1280, height: 720, frameRate: 30 },
      rendezvous: [{ url: 'ws://localhost:8080/mqtt' }],
      linkRendezvousUrl: null,
    });
  });

  it('take several brokers with one login', () => {
    const env = {
      LATCHKEY_RENDEZVOUS: 'wss://a.example/mqtt, mqtts://b.example:8883',
      LATCHKEY_RENDEZVOUS_USERNAME: 'camera',
      LATCHKEY_RENDEZVOUS_PASSWORD: 'secret',
    };
    expect(loadConfig(env).rendezvous).toEqual([
      { url: 'wss://a.example/mqtt', username: 'camera', password: 'secret' },
      { url: 'mqtts://b.example:8883', username: 'camera', password: 'secret' },
    ]);
  });

  it('report every fault at once, by name', () => {
    const env = {
      LATCHKEY_PAGE_URL: 'ftp://a',
      LATCHKEY_RENDEZVOUS: 'wss://user:hunter2@a.example',
      LATCHKEY_FORMAT: '1281x720@30',
      LATCHKEY_MAX_BITRATE: 'lots',
      LATCHKEY_ICE_SERVERS: '[{"urls":["http://a"]}]',
      LATCHKEY_NAME: '\u0000',
      LATCHKEY_LINK_RENDEZVOUS: 'mqtt://a',
    };
    const faults = (() => {
      try {
        loadConfig(env);
      } catch (error) {
        return (error as ConfigError).faults;
      }
      return [];
    })();
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual(Object.keys(env).sort());
    expect(faults.join()).not.toContain('hunter2');
  });

  it.each([
    ['more URLs than a phone accepts', [{ urls: Array.from({ length: 5 }, (_, n) => `stun:s${n}.example`) }]],
    ['more servers than a phone accepts', Array.from({ length: 9 }, () => ({ urls: ['stun:s.example'] }))],
    ['a server without URLs', [{ urls: [] }]],
  ])('refuse %s', (_, servers) => {
    expect(() => loadConfig({ LATCHKEY_ICE_SERVERS: JSON.stringify(servers) })).toThrow(
      /LATCHKEY_ICE_SERVERS/,
    );
  });

  it('take a TURN server of ones own, with the secret that it shares', () => {
    const env = {
      LATCHKEY_TURN_URLS: 'turn:turn.example, turns:turn.example:443',
      LATCHKEY_TURN_SECRET: 'sixteen or more!',
      LATCHKEY_ICE_POLICY: 'relay',
    };
    expect(loadConfig(env)).toMatchObject({
      turn: { urls: ['turn:turn.example', 'turns:turn.example:443'], secret: 'sixteen or more!' },
      iceTransportPolicy: 'relay',
    });
    expect(loadConfig({})).toMatchObject({ turn: null, iceTransportPolicy: 'all' });
  });

  it('let phones connect before the tap, unless told otherwise', () => {
    expect(loadConfig({}).isStandbyAllowed).toBe(true);
    expect(loadConfig({ LATCHKEY_STANDBY: 'off' }).isStandbyAllowed).toBe(false);
    expect(() => loadConfig({ LATCHKEY_STANDBY: '0' })).toThrow(/^LATCHKEY_STANDBY: /);
  });

  it.each([
    ['an address without a secret', { LATCHKEY_TURN_URLS: 'turn:a' }, 'LATCHKEY_TURN_URLS'],
    ['a secret without an address', { LATCHKEY_TURN_SECRET: 'x'.repeat(16) }, 'LATCHKEY_TURN_URLS'],
    [
      'a secret that can be guessed',
      { LATCHKEY_TURN_URLS: 'turn:a', LATCHKEY_TURN_SECRET: 'x'.repeat(15) },
      'LATCHKEY_TURN_SECRET',
    ],
    [
      'an address that is none of TURN',
      { LATCHKEY_TURN_URLS: 'turn:a,stun:a', LATCHKEY_TURN_SECRET: 'x'.repeat(16) },
      'LATCHKEY_TURN_URLS',
    ],
    [
      'more addresses than a phone accepts',
      { LATCHKEY_TURN_URLS: 'turn:a,turn:b,turn:c,turn:d,turn:e', LATCHKEY_TURN_SECRET: 'x'.repeat(16) },
      'LATCHKEY_TURN_URLS',
    ],
    ['hiding behind nothing', { LATCHKEY_ICE_POLICY: 'relay' }, 'LATCHKEY_ICE_POLICY'],
    ['another policy', { LATCHKEY_ICE_POLICY: 'none' }, 'LATCHKEY_ICE_POLICY'],
  ])('refuse %s, and keep the secret to themselves', (_, env, name) => {
    expect(() => loadConfig(env)).toThrow(new RegExp(`^${name}: (?!.*xxx)`));
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });
});
