import { describe, expect, test, vi } from 'vitest';
import { randomBase64url } from '#shared/crypto.ts';
import { eventually } from '../testing/eventually.ts';
import { createViewingBench } from '../testing/viewing-bench.ts';
import { Signalling } from './signalling.ts';

const sid = randomBase64url(16);
const candidate = 'candidate:1 1 udp 1 192.0.2.1 1 typ host';

async function setUp() {
  const bench = await createViewingBench();
  await bench.until(() => bench.link.presence.value === 'online');
  const offers: string[] = [];
  bench.camera.onOffer = async (_, { hash }) => void offers.push(hash);
  const listener = { onAnswer: vi.fn(), onCandidate: vi.fn(), onRefused: vi.fn(), onBye: vi.fn() };
  const signalling = new Signalling(bench.link, sid, listener);
  const answer = (rq: string, sdp: string, to = sid) =>
    bench.camera.send(bench.channel, { type: 'answer', body: { rq, sid: to, sdp } });
  const bye = (rq: string) =>
    bench.camera.send(bench.channel, { type: 'bye', body: { rq, sid, reason: 'shutdown' } });
  return { bench, offers, listener, signalling, answer, bye };
}

describe('signalling', () => {
  test('takes the first answer to the offer that stands, and no other', async () => {
    const { bench, offers, listener, signalling, answer, bye } = await setUp();
    await signalling.offer('one');
    await signalling.offer('two');
    await eventually(() => offers.length === 2);
    const [one = '', two = ''] = offers;
    await answer(one, 'to the earlier offer');
    await answer(two, 'to another session', 'x'.repeat(22));
    await answer('x'.repeat(43), 'to nobody');
    await answer(two, 'right');
    await answer(two, 'again');
    await bye(two);
    await eventually(() => listener.onBye.mock.calls.length > 0);
    expect(listener.onAnswer.mock.calls).toEqual([['right']]);
    signalling.close();
    await bench[Symbol.asyncDispose]();
  });

  test('takes an answer to either copy of an offer that was sent twice', async () => {
    const { bench, offers, listener, signalling, answer } = await setUp();
    await signalling.offer('one');
    await signalling.offerAgain('one, and a candidate');
    await eventually(() => offers.length === 2);
    await answer(offers[0] ?? '', 'right');
    await eventually(() => listener.onAnswer.mock.calls.length > 0);
    await signalling.offerAgain('one');
    expect(offers).toHaveLength(2);
    await bench[Symbol.asyncDispose]();
  });

  test('asks for a connection alone, and later for its picture, whose refusal counts', async () => {
    const { bench, offers, listener, signalling, answer } = await setUp();
    const wishes: unknown[] = [];
    bench.camera.onOffer = async (_, { hash, body }) => {
      offers.push(hash);
      wishes.push(body.standby);
    };
    await signalling.offer('one', { isStandby: true });
    await signalling.offerAgain('one');
    await eventually(() => offers.length === 2);
    await answer(offers[0] ?? '', 'right');
    await eventually(() => listener.onAnswer.mock.calls.length > 0);
    await signalling.play('one');
    await eventually(() => offers.length === 3);
    const refuse = (rq: string, code: 'busy' | 'expired') =>
      bench.camera.send(bench.channel, { type: 'refused', body: { rq, code } });
    await refuse(offers[1] ?? '', 'busy');
    await answer(offers[2] ?? '', 'again');
    await refuse(offers[2] ?? '', 'expired');
    await eventually(() => listener.onRefused.mock.calls.length > 0);
    expect(wishes).toEqual([true, true, undefined]);
    expect(listener.onRefused.mock.calls).toEqual([['expired']]);
    expect(listener.onAnswer.mock.calls).toEqual([['right']]);
    signalling.close();
    await bench[Symbol.asyncDispose]();
  });

  test('sends no candidate before its offer', async () => {
    const { bench, signalling } = await setUp();
    bench.camera.heard.length = 0;
    const sent = [signalling.offer(`v=0\r\n${randomBase64url(1_200)}`), signalling.sendCandidate(candidate)];
    await Promise.all(sent);
    await eventually(() => bench.camera.heard.includes('candidate'));
    expect(bench.camera.heard.filter((type) => type !== 'hello')).toEqual(['offer', 'candidate']);
    await bench[Symbol.asyncDispose]();
  });

  test('gives up after the second stale nonce', async () => {
    const { bench, listener, signalling } = await setUp();
    const refuse = (rq: string) => {
      const body = { rq, code: 'use_nonce', nonce: bench.camera.nonce } as const;
      return bench.camera.send(bench.channel, { type: 'refused', body });
    };
    bench.camera.onOffer = (_, { hash }) => refuse(hash);
    bench.camera.heard.length = 0;
    await signalling.offer('one');
    await eventually(() => listener.onRefused.mock.calls.length > 0);
    expect(listener.onRefused.mock.calls).toEqual([['use_nonce']]);
    expect(bench.camera.heard.filter((type) => type === 'offer')).toHaveLength(2);
    await bench[Symbol.asyncDispose]();
  });
});
