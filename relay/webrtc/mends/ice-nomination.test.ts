import { afterEach, describe, expect, it } from 'vitest';
import {
  Candidate,
  CandidatePair,
  CandidatePairState,
  RTCIceGatherer,
  RTCIceTransport,
  StunProtocol,
} from '../werift.ts';
import { type IceConnection, internalsOf } from './ice-internals.ts';
import { followNomination } from './ice-nomination.ts';

let connection: IceConnection;

afterEach(() => connection.close());

function open(): IceConnection {
  ({ connection } = new RTCIceTransport(new RTCIceGatherer()));
  return connection;
}

/** A pair that the viewer's check on `port` has just proved and nominated. */
function nominated(port: number): CandidatePair {
  const protocol = new StunProtocol();
  protocol.localCandidate = new Candidate('a', 1, 'udp', 1, '127.0.0.1', 1, 'host');
  const pair = new CandidatePair(protocol, new Candidate('b', 1, 'udp', 1, '127.0.0.1', port, 'host'), false);
  pair.updateState(CandidatePairState.SUCCEEDED);
  pair.nominated = true;
  pair.remoteNominated = true;
  return pair;
}

describe('ice nomination', () => {
  it('is followed to another path, and told of at once', () => {
    const paths: number[] = [];
    const { checkComplete } = followed(paths);
    const [home, mobile] = [nominated(1000), nominated(2000)];
    for (const pair of [home, home, mobile, home, nominated(2000)]) {
      checkComplete(pair);
      home.nominated = true; // the viewer asks for it again
      home.remoteNominated = true;
    }
    expect(paths).toEqual([1000, 2000, 1000, 2000]);
    expect(internalsOf(connection).consentFresh).toBe(true);
  });

  it('is heard once by stock werift, which stays on a path that is gone', () => {
    const internals = internalsOf(open());
    internals.checkComplete(nominated(1000));
    internals.checkComplete(nominated(2000));
    expect(connection.nominated?.remoteCandidate.port).toBe(1000);
    expect(internals.consentFresh).toBe(false);
  });
});

function followed(paths: number[]) {
  followNomination(open(), (pair) => paths.push(pair.remoteCandidate.port));
  return internalsOf(connection);
}
