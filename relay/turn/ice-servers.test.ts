import { describe, expect, it } from 'vitest';
import { IceServers, MAX_TTL_S } from './ice-servers.ts';

const NOW = 1_800_000_000;
const HOUR_S = 3600;
const fixed = [{ urls: ['stun:stun.example'] }];
const turn = { urls: ['turn:turn.example', 'turns:turn.example:443'], secret: 'a secret of sixteen' };
const endless = { nbf: null, exp: null };

/** When the credentials for TURN among them end; null where there are none. */
function endOf(servers: readonly { readonly username?: string | undefined }[]): number | null {
  const username = servers.find((server) => server.username !== undefined)?.username;
  return username === undefined ? null : Number(username.split(':')[0]);
}

describe('ice servers', () => {
  it('are those of the settings where there is no secret', () => {
    const servers = new IceServers(fixed, null);
    expect(servers.forGrant('g', endless, NOW)).toBe(fixed);
    expect(servers.forCamera(NOW)).toBe(fixed);
  });

  it('are those of the settings, and TURN with credentials for twelve hours', () => {
    const [first, second] = new IceServers(fixed, turn).forGrant('g', endless, NOW);
    expect(first).toEqual(fixed[0]);
    expect(second?.urls).toEqual(turn.urls);
    expect(second?.username).toMatch(new RegExp(`^${NOW + MAX_TTL_S}:[\\w-]{16}$`));
  });

  it('end with the grant', () => {
    const servers = new IceServers([], turn);
    expect(endOf(servers.forGrant('g', { nbf: null, exp: NOW + HOUR_S }, NOW))).toBe(NOW + HOUR_S);
  });

  it('differ for each grant, and for each peer of the camera', () => {
    const servers = new IceServers([], turn);
    const all = [
      servers.forGrant('g', endless, NOW),
      servers.forGrant('h', endless, NOW),
      servers.forCamera(NOW),
      servers.forCamera(NOW),
    ];
    expect(new Set(all.map((list) => list[0]?.username)).size).toBe(4);
  });

  it('stay the same until half of their life is over', () => {
    const servers = new IceServers([], turn);
    const at = (now: number) => servers.forGrant('g', endless, now);
    const first = at(NOW);
    expect(at(NOW + MAX_TTL_S / 2 - 1)).toBe(first);
    expect(endOf(at(NOW + MAX_TTL_S / 2))).toBe(NOW + MAX_TTL_S * 1.5);
  });

  it('stay the same to the end of a grant that ends before they could', () => {
    const servers = new IceServers([], turn);
    const at = (now: number) => servers.forGrant('g', { nbf: null, exp: NOW + HOUR_S }, now);
    const first = at(NOW);
    for (let now = NOW; now < NOW + HOUR_S; now += 60) expect(at(now)).toBe(first);
  });

  it('follow a grant that is shortened at once, and one that is extended by half of their life', () => {
    const servers = new IceServers([], turn);
    const at = (exp: number, now: number) => endOf(servers.forGrant('g', { nbf: null, exp }, now));
    expect(at(NOW + 8 * HOUR_S, NOW)).toBe(NOW + 8 * HOUR_S);
    expect(at(NOW + 2 * HOUR_S, NOW)).toBe(NOW + 2 * HOUR_S);
    expect(at(NOW + 9 * HOUR_S, NOW + HOUR_S - 1)).toBe(NOW + 2 * HOUR_S);
    expect(at(NOW + 9 * HOUR_S, NOW + HOUR_S)).toBe(NOW + 9 * HOUR_S);
  });

  it('are minted anew when the clock is set back', () => {
    const servers = new IceServers([], turn);
    servers.forGrant('g', endless, NOW);
    expect(endOf(servers.forGrant('g', endless, NOW - 1))).toBe(NOW - 1 + MAX_TTL_S);
  });

  it('have no TURN before a grant begins, but for the last minute', () => {
    const servers = new IceServers(fixed, turn);
    const terms = { nbf: NOW + HOUR_S, exp: NOW + 2 * HOUR_S };
    expect(servers.forGrant('g', terms, NOW)).toBe(fixed);
    expect(endOf(servers.forGrant('g', terms, NOW + HOUR_S - 60))).toBe(NOW + 2 * HOUR_S);
  });

  it('are forgotten when they have run out', () => {
    const servers = new IceServers([], turn);
    const first = servers.forGrant('g', { nbf: null, exp: NOW + 60 }, NOW);
    servers.forGrant('h', endless, NOW + 60);
    expect(servers.forGrant('g', { nbf: null, exp: NOW + 60 }, NOW)).not.toBe(first);
  });
});
