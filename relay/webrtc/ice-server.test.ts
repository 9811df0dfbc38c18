import { describe, expect, it } from 'vitest';
import { listIceServerAddresses } from './ice-server.ts';

const credentials = { username: 'u', credential: 'c' };

describe('ice server', () => {
  it('takes every URL of every server', () => {
    const servers = [
      { urls: ['stun:one.example', 'stun:two.example:1000'] },
      {
        urls: ['turn:three.example?transport=tcp', 'turns:[2001:db8::1]:443', 'turn:four.example'],
        ...credentials,
      },
    ];
    expect(listIceServerAddresses(servers)).toEqual([
      { type: 'stun', host: 'one.example', port: 3478 },
      { type: 'stun', host: 'two.example', port: 1000 },
      { type: 'turn', host: 'three.example', port: 3478, transport: 'tcp', ...credentials },
      { type: 'turn', host: '2001:db8::1', port: 443, transport: 'tls', ...credentials },
      { type: 'turn', host: 'four.example', port: 3478, transport: 'udp', ...credentials },
    ]);
  });

  it('leaves out what cannot be used', () => {
    const urls = [
      'stuns:one.example',
      'stun:',
      'stun:one.example:0',
      'stun:one.example:70000',
      'http://one.example',
    ];
    expect(listIceServerAddresses([{ urls }, { urls: ['turn:no-credentials.example'] }])).toEqual([]);
  });
});
