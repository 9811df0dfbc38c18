import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeTurnServer, openFakeTurnServer } from '../testing/fake-turn-server.ts';
import { RTCIceGatherer, RTCIceTransport, StunOverTurnProtocol } from '../werift.ts';
import { type IceConnection, internalsOf } from './ice-internals.ts';
import { addRelay, dropRelays } from './turn-relays.ts';

let connection: IceConnection;
let servers: FakeTurnServer[];
const { signal } = new AbortController();

beforeEach(async () => {
  ({ connection } = new RTCIceTransport(new RTCIceGatherer()));
  servers = [await openFakeTurnServer(), await openFakeTurnServer()];
});

afterEach(async () => {
  await dropRelays(connection, null);
  await connection.close();
  for (const server of servers) server.close();
});

const relays = () =>
  internalsOf(connection).protocols.filter((protocol) => protocol instanceof StunOverTurnProtocol);

describe('TURN relays', () => {
  it('are given back, but for the one in use, so that they count against no quota', async () => {
    for (const { address } of servers) await addRelay(connection, address, signal);
    const [used] = relays();
    await dropRelays(connection, used ?? null);
    await servers[1]?.released;
    expect(relays()).toEqual([used]);
    await dropRelays(connection, null);
    await servers[0]?.released;
    expect(relays()).toEqual([]);
  });
});
