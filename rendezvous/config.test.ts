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

  it('tells every fault at once', () => {
    const args = ['--port', '99999', '--cert', 'a', '--broker', 'http://x', '--origin', 'https://x/path'];
    expect(() => loadConfig(args)).toThrow(/--port.*\n.*--cert.*\n.*--broker.*\n.*--origin/);
  });

  it.each([[['--unknown']], [['extra']], [['--port']]])('refuses %j', (args) => {
    expect(() => loadConfig(args)).toThrow(TypeError);
  });
});
