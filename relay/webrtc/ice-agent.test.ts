import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { IceAgent } from './ice-agent.ts';

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
