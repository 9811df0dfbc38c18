import { afterEach, describe, expect, it } from 'vitest';
import {
  Candidate,
  CandidatePair,
  CandidatePairState,
  RTCIceGatherer,
  RTCIceTransport,
  StunProtocol,
} from '../werift.ts';
import { boundCheckRetries } from './ice-check-retries.ts';
import { type IceConnection, internalsOf } from './ice-internals.ts';

let connection: IceConnection;

afterEach(() => connection.close());

/** A pair whose other end answers the first `answers` checks with an error code, and then falls silent. */
function refused(code: number, answers: number): { pair: CandidatePair; asked: () => number } {
  ({ connection } = new RTCIceTransport(new RTCIceGatherer()));
  const protocol = new StunProtocol();
  protocol.localCandidate = new Candidate('a', 1, 'udp', 1, '127.0.0.1', 1, 'host');
  let asked = 0;
  protocol.request = async () => {
    asked += 1;
    const response = { getAttributeValue: () => [code, ''], toJSON: () => ({}) };
    throw asked > answers ? new Error('silent') : Object.assign(new Error('refused'), { response });
  };
  const remote = new Candidate('b', 1, 'udp', 1, '127.0.0.1', 9, 'host');
  return { pair: new CandidatePair(protocol, remote, false), asked: () => asked };
}

describe.each([401, 487])('a peer that answers every check with %i', (code) => {
  it('is given up', async () => {
    const { pair, asked } = refused(code, 1000);
    boundCheckRetries(connection);
    await internalsOf(connection).checkStart(pair).awaitable;
    expect(asked()).toBe(4);
    expect(pair.state).toBe(CandidatePairState.FAILED);
  });

  it('is asked by stock werift for as long as it answers', async () => {
    const { pair, asked } = refused(code, 1000);
    await internalsOf(connection).checkStart(pair).awaitable;
    expect(asked()).toBe(1001);
  });
});

it('a check that failed may be begun anew', async () => {
  const { pair, asked } = refused(401, 1000);
  boundCheckRetries(connection);
  for (let check = 0; check < 3; check += 1) await internalsOf(connection).checkStart(pair).awaitable;
  expect(asked()).toBe(12);
});
