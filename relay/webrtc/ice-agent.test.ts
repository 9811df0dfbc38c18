import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { parseCandidate } from './candidate.ts';
import { IceAgent } from './ice-agent.ts';
import { openFakeTurnServer } from './testing/fake-turn-server.ts';

const credentials = (usernameFragment: string) => ({ usernameFragment, password: 'p'.repeat(22) });

it('an ICE agent that was closed in the middle of a restart keeps no socket', async () => {
  const agent = new IceAgent({ hostAddresses: ['127.0.0.1'], servers: () => [] });
  expect(await agent.begin(credentials('first'))).toBe(true);
  await agent.close();
  // Where a restart goes on once its relays are given back.
  expect(await agent.begin(credentials('second'))).toBe(false);
  // A closed socket is counted until the loop has come round.
  await setImmediate();
  expect(process.getActiveResourcesInfo()).not.toContain('UDPWrap');
});

it('an ICE agent that hides behind TURN has no address but that of its relay, and gives it back', async () => {
  const server = await openFakeTurnServer();
  const servers = [{ urls: [server.url], username: 'u', credential: 'c' }];
  const agent = new IceAgent({ hostAddresses: [], servers: () => servers });
  const found = new Promise<string>((resolve) => agent.onCandidate(resolve));
  await agent.begin(credentials('phone'));
  agent.start();
  const candidate = await found;
  expect(parseCandidate(candidate)).toMatchObject({ type: 'relay', address: '203.0.113.1' });
  expect(candidate).toMatch(/ raddr 0\.0\.0\.0 rport 9$/);
  expect(agent.localCandidates).toEqual([candidate]);
  await agent.close();
  await server.released;
  server.close();
});

it('an ICE agent asks its servers with the credentials of the moment', async () => {
  const server = await openFakeTurnServer();
  const lists = [[], [{ urls: [server.url], username: 'u', credential: 'c' }]];
  const agent = new IceAgent({ hostAddresses: ['127.0.0.1'], servers: () => lists.shift() ?? [] });
  const found = new Promise<string>((resolve) => agent.onCandidate(resolve));
  await agent.begin(credentials('first'));
  agent.start();
  await agent.begin(credentials('second'));
  agent.start();
  expect(await found).toContain(' typ relay ');
  await agent.close();
  server.close();
});
