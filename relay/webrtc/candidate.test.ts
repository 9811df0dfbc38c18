import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCandidate, type IceCandidate, parseCandidate } from './candidate.ts';

const HOST =
  'candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0';

describe('candidate', () => {
  it('reads what browsers write', () => {
    expect(parseCandidate(HOST)).toEqual({
      foundation: '842163049',
      priority: 1_677_729_535,
      address: '203.0.113.7',
      port: 46_154,
      type: 'srflx',
    });
    expect(parseCandidate(`a=${HOST}`)).toMatchObject({ port: 46_154 });
    expect(parseCandidate(HOST.replace('203.0.113.7', '2001:db8::1'))).toMatchObject({
      address: '2001:db8::1',
    });
  });

  it('drops names of the local network, which would have to be resolved', () => {
    expect(parseCandidate(HOST.replace('203.0.113.7', '6d5a1f9c-1111-4222-8333-444455556666.local'))).toBe(
      'mdns',
    );
  });

  it('drops TCP', () => {
    expect(parseCandidate(HOST.replace(' udp ', ' tcp '))).toBe('not_udp');
  });

  it('never resolves a name', () => {
    expect(parseCandidate(HOST.replace('203.0.113.7', 'internal.example'))).toBe('malformed');
  });

  it('refuses ports, priorities and components that cannot be', () => {
    expect(parseCandidate(HOST.replace('46154', '65536'))).toBe('malformed');
    expect(parseCandidate(HOST.replace('46154', '0'))).toBe('malformed');
    expect(parseCandidate(HOST.replace('1677729535', '4294967296'))).toBe('malformed');
    expect(parseCandidate(HOST.replace(' 1 udp', ' 2 udp'))).toBe('malformed');
  });

  it('reads back what it writes', () => {
    const candidates = fc.record<IceCandidate>({
      foundation: fc.stringMatching(/^[a-zA-Z0-9+/]{1,32}$/u),
      priority: fc.nat({ max: 0xffff_ffff }),
      address: fc.oneof(fc.ipV4(), fc.ipV6()),
      port: fc.integer({ min: 1, max: 65_535 }),
      type: fc.constantFrom('host', 'srflx', 'relay'),
    });
    fc.assert(
      fc.property(candidates, (candidate) => {
        expect(parseCandidate(encodeCandidate(candidate))).toEqual(candidate);
      }),
    );
  });

  it('throws on nothing', () => {
    fc.assert(fc.property(fc.string(), (line) => typeof parseCandidate(line) === 'string'));
  });
});
