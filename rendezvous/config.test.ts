import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

describe('command line', () => {
  it('needs nothing', () => {
    expect(loadConfig([])).toEqual({
      port: 8080,
      host: '127.0.0.1',
      certificate: { type: 'none' },
      staticDirectory: undefined,
      brokers: [],
      origins: [],
      trustProxy: false,
    });
  });

  it('opens to the network with a certificate', () => {
    expect(loadConfig(['--local-certificate', 'certs'])).toMatchObject({
      port: 8443,
      host: undefined,
      certificate: { type: 'local', directory: 'certs' },
    });
  });

  it('tells the page how it is let in at other brokers', () => {
    const urls = ['--broker', 'wss://a.example/mqtt', '--broker', 'wss://b.example/mqtt'];
    expect(loadConfig([...urls, '--broker-username', 'home', '--broker-password', 'key']).brokers).toEqual([
      { url: 'wss://a.example/mqtt', username: 'home', password: 'key' },
      { url: 'wss://b.example/mqtt', username: 'home', password: 'key' },
    ]);
    expect(loadConfig(urls.slice(0, 2)).brokers).toEqual([{ url: 'wss://a.example/mqtt' }]);
  });

  it.each([
    [['--broker-username', 'home']],
    [['--broker', 'wss://a.example/mqtt', '--broker-password', 'key']],
  ])('refuses %j, which lets nobody in', (args) => {
    expect(() => loadConfig(args)).toThrow(TypeError);
  });

  it('tells every fault at once', () => {
    const args = ['--port', '99999', '--cert', 'a', '--broker', 'http://x', '--origin', 'https://x/path'];
    expect(() => loadConfig(args)).toThrow(/--port.*\n.*--cert.*\n.*--broker.*\n.*--origin/);
  });

  it.each([[['--unknown']], [['extra']], [['--port']]])('refuses %j', (args) => {
    expect(() => loadConfig(args)).toThrow(TypeError);
  });
});
