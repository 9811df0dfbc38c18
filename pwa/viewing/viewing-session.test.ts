import { describe, expect, test, vi } from 'vitest';
import { randomBase64url } from '#shared/crypto.ts';
import { MAX_ENVELOPE_BYTES } from '#shared/envelope.ts';
import { askCamera } from '../lending/camera-request.ts';
import { buildGrant } from '../testing/fake-access.ts';
import { deliverOver } from '../testing/fake-sender.ts';
import { createViewingBench } from '../testing/viewing-bench.ts';
import type { LiveState } from './camera.ts';
import { trimOffer } from './session-description.ts';
import type { ViewingSession } from './viewing-session.ts';

const is = (session: ViewingSession, type: LiveState['type']) => () => session.state.value.type === type;

function record(session: ViewingSession): LiveState[] {
  const states = [session.state.value];
  session.state.subscribe((state) => states.push(state));
  return states;
}

describe('viewing', () => {
  test('goes from the rendezvous to a live picture in one round trip', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    const states = record(session);
    await bench.until(is(session, 'live'));
    expect(states.map((state) => ('step' in state ? state.step : state.type))).toEqual([
      ...['camera', 'path', 'picture'].filter((step) =>
        states.some((state) => 'step' in state && state.step === step),
      ),
      'live',
    ]);
    expect(session.state.value).toEqual({ type: 'live', path: 'direct' });
    expect(session.stream.value?.getVideoTracks()).toHaveLength(1);
    expect(bench.sender.offers).toHaveLength(1);
  });

  test('sends an offer that fits an envelope with room to spare, and none of this phone’s names', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    const topic = bench.channel.lanes.up.topic;
    const sizes = bench.broker.published
      .filter((one) => one.topic === topic)
      .map(({ payload }) => payload.length);
    expect(Math.max(...sizes)).toBeLessThan(MAX_ENVELOPE_BYTES * 0.75);
    console.info(
      `offer: ${bench.sender.offers[0]?.sdp.length} characters, ${Math.max(...sizes)} bytes sealed`,
    );
    expect(bench.sender.offers[0]?.sdp).not.toMatch(/\.local/);
    expect(bench.sender.offers[0]?.sdp.match(/^m=/gm)).toHaveLength(4);
  });

  test('that begins before anything is known of the camera asks the servers that it then names', async () => {
    await using bench = await createViewingBench({ iceServers: [{ urls: ['stun:192.0.2.1'] }] });
    expect(bench.link.nonce).toBeNull();
    bench.open();
    await bench.until(() => bench.connections[0]?.signalingState === 'have-local-offer');
    expect(bench.connections[0]?.getConfiguration().iceServers?.map(({ urls }) => urls)).toEqual([
      ['stun:192.0.2.1'],
    ]);
  });

  test('begins with the peer that was made ready before the tap', async () => {
    await using bench = await createViewingBench();
    const prepared = bench.prepare();
    await bench.until(() => bench.connections[0]?.signalingState === 'have-local-offer');
    const session = bench.open(prepared);
    await bench.until(is(session, 'live'));
    expect(bench.connections).toHaveLength(1);
    prepared.close();
  });

  test('sends the offer once more when its nonce has gone stale', async () => {
    await using bench = await createViewingBench();
    await bench.until(() => bench.link.presence.value === 'online');
    bench.camera.nonce = randomBase64url(16);
    const session = bench.open();
    await bench.until(is(session, 'live'));
    expect(bench.camera.heard.filter((type) => type === 'offer')).toHaveLength(2);
  });

  test('ignores an answer with a foreign rq', async () => {
    await using bench = await createViewingBench();
    const { camera, sender } = bench;
    camera.onOffer = (channel, request) => sender.answer(channel, { ...request, hash: 'x'.repeat(43) });
    const session = bench.open();
    await bench.until(() => sender.answers.length === 1);
    await bench.until(() => bench.connections[0]?.signalingState === 'have-local-offer');
    expect(session.state.value).toEqual({ type: 'connecting', step: 'camera' });
  });

  test('ignores the answer to an earlier offer', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    const first = bench.broker.published.filter(({ topic }) => topic === bench.channel.lanes.down.topic);
    bench.camera.onOffer = async () => undefined;
    await bench.sender.setPicture(false);
    await bench.until(is(session, 'reconnecting'));
    await bench.until(() => bench.connections[1]?.signalingState === 'have-local-offer');
    for (const { payload, topic } of first) bench.broker.inject(topic, payload);
    await bench.until(() => bench.camera.heard.filter((type) => type === 'offer').length === 2);
    expect(bench.connections[1]?.signalingState).toBe('have-local-offer');
  });

  test.each([
    [
      'a second fingerprint',
      (sdp: string) => sdp.replace(/(a=fingerprint:.*)/, `$1\r\n${fingerprint('AA')}`),
    ],
    ['no fingerprint', (sdp: string) => sdp.replaceAll(/a=fingerprint:.*\r\n/g, '')],
    ['another certificate’s', (sdp: string) => sdp.replaceAll(/a=fingerprint:.*/g, fingerprint('AA'))],
  ])('shows nothing when the answer has %s', async (_, mend) => {
    await using bench = await createViewingBench();
    bench.sender.mend = mend;
    const session = bench.open();
    const states = record(session);
    await bench.until(is(session, 'ended'), 15_000);
    expect(session.state.value).toEqual({ type: 'ended', code: 'camera_offline' });
    expect(states.some(({ type }) => type === 'live')).toBe(false);
  });

  test('makes another connection when the picture stands still, and keeps that if it shows one first', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    const states = record(session);
    const { value: stream } = session.stream;
    await bench.sender.setPicture(false);
    await bench.until(is(session, 'reconnecting'));
    expect(session.stream.value, 'the last frame stays').toBe(stream);
    await bench.until(is(session, 'live'));
    expect(states).toContainEqual({ type: 'reconnecting', reason: 'no_frames' });
    const [first, second] = bench.sender.offers;
    expect(second?.sid).not.toBe(first?.sid);
    expect(bench.connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'connected']);
    expect(session.stream.value).not.toBe(stream);
  });

  test('stays with the connection it has when that comes back before the other', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    bench.camera.onOffer = async () => undefined;
    await bench.sender.setPicture(false);
    await bench.until(() => bench.connections[1]?.signalingState === 'have-local-offer');
    await bench.sender.setPicture(true);
    await bench.until(is(session, 'live'));
    expect(bench.connections.map(({ connectionState }) => connectionState)).toEqual(['connected', 'closed']);
  });

  test('takes no frame for a sign of life from a connection that the camera has said goodbye to', async () => {
    await using bench = await createViewingBench();
    const { camera, channel, sender } = bench;
    const session = bench.open();
    await bench.until(is(session, 'live'));
    camera.onOffer = async () => undefined;
    const { rq = '', sid = '' } = sender.offers.at(-1) ?? {};
    await camera.send(channel, { type: 'bye', body: { rq, sid, reason: 'shutdown' } });
    await bench.until(is(session, 'reconnecting'));
    const endMs = bench.clock.nowMs() + 2_000;
    await bench.until(() => bench.clock.nowMs() >= endMs);
    expect(session.state.value.type).toBe('reconnecting');
    camera.onOffer = (...offer) => sender.answer(...offer);
    await bench.until(is(session, 'live'));
  });

  test('tries yet another when nobody answers the second', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    bench.camera.onOffer = async () => undefined;
    await bench.sender.setPicture(false);
    await bench.until(is(session, 'reconnecting'));
    bench.clock.advance(8_000);
    await bench.until(() => bench.connections.length === 3);
    bench.camera.onOffer = (channel, request) => bench.sender.answer(channel, request);
    await bench.until(is(session, 'live'));
    const states = bench.connections.map(({ connectionState }) => connectionState);
    expect(states).toEqual(['closed', 'closed', 'connected']);
  });

  test('asks the rendezvous for a sign of life as soon as the picture hesitates, and once', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    const probe = vi.spyOn(bench.rendezvous, 'probe');
    await bench.sender.setPicture(false);
    await bench.until(() => probe.mock.calls.length > 0);
    expect(session.state.value.type).toBe('live');
    await bench.until(is(session, 'reconnecting'));
    expect(probe).toHaveBeenCalledOnce();
  });

  test('notices a standing picture sooner when the rendezvous has just come back', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    bench.rendezvous.setOnline(false);
    await bench.sender.setPicture(false);
    const sinceMs = bench.clock.nowMs();
    bench.rendezvous.setOnline(true);
    await bench.until(is(session, 'reconnecting'));
    expect(bench.clock.nowMs() - sinceMs).toBeLessThan(1_000);
  });

  test('sends an offer again and again that nobody answers, with the candidates found since', async () => {
    await using bench = await createViewingBench();
    const offers: string[] = [];
    bench.camera.onOffer = async (channel, request) => {
      offers.push(request.body.sdp);
      if (offers.length === 3) await bench.sender.answer(channel, request);
    };
    const session = bench.open();
    await bench.until(() => bench.connections[0]?.iceGatheringState === 'complete');
    await bench.until(is(session, 'live'));
    const candidates = trimOffer(bench.connections[0]?.localDescription?.sdp ?? '').sdp.match(/a=candidate/g);
    expect(offers[2]?.match(/a=candidate/g)).toEqual(candidates);
    expect(offers).toHaveLength(3);
    expect(new Set(bench.sender.offers.map(({ sid }) => sid)).size).toBe(1);
  });

  test('waits for more candidates of the camera when a browser gives up on the first', async () => {
    await using bench = await createViewingBench();
    const { camera, sender } = bench;
    const asked = Promise.withResolvers<() => Promise<void>>();
    camera.onOffer = async (...offer) => asked.resolve(() => sender.answer(...offer));
    const session = bench.open();
    const answer = await asked.promise;
    const [connection] = bench.connections;
    const giveUp = (state: RTCPeerConnectionState | null) => {
      if (state) Object.defineProperty(connection, 'connectionState', { value: state, configurable: true });
      else Reflect.deleteProperty(connection ?? {}, 'connectionState');
      connection?.dispatchEvent(new Event('connectionstatechange'));
    };
    giveUp('failed');
    giveUp(null);
    await answer();
    await bench.until(is(session, 'live'));
    expect(bench.connections).toHaveLength(1);
  });

  test('keeps the picture while the rendezvous is down', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    const states = record(session);
    bench.broker.setOnline(false);
    const endMs = bench.clock.nowMs() + 2_000;
    await bench.until(() => bench.clock.nowMs() >= endMs);
    expect(states).toEqual([{ type: 'live', path: 'direct' }]);
  });

  test('offers again what was lost when the rendezvous comes back', async () => {
    await using bench = await createViewingBench();
    await bench.until(() => bench.link.presence.value === 'online');
    bench.rendezvous.setOnline(false);
    const session = bench.open();
    expect(session.state.value).toEqual({ type: 'connecting', step: 'rendezvous' });
    bench.rendezvous.setOnline(true);
    await bench.until(is(session, 'live'));
  });

  test('says which of the two is away', async () => {
    await using bench = await createViewingBench();
    await bench.until(() => bench.link.presence.value === 'online');
    bench.camera.isListening = false;
    const silent = bench.open();
    bench.link.check();
    bench.clock.advance(3_000);
    expect(silent.state.value).toEqual({ type: 'ended', code: 'camera_offline' });
    silent.close();
    bench.rendezvous.setOnline(false);
    const cutOff = bench.open();
    bench.clock.advance(8_000);
    expect(cutOff.state.value).toEqual({ type: 'ended', code: 'rendezvous_offline' });
    bench.rendezvous.setOnline(true);
    bench.camera.isListening = true;
    cutOff.retry();
    await bench.until(is(cutOff, 'live'));
  });

  test.each([
    ['invalid_grant', 'refused'],
    ['capture_failed', 'capture_failed'],
  ] as const)('ends when the camera refuses with %s', async (code, ended) => {
    await using bench = await createViewingBench();
    bench.camera.onOffer = (channel, { hash: rq }) =>
      bench.camera.send(channel, { type: 'refused', body: { rq, code } });
    const session = bench.open();
    await bench.until(is(session, 'ended'));
    expect(session.state.value).toEqual({ type: 'ended', code: ended });
    expect(bench.connections.every(({ connectionState }) => connectionState === 'closed')).toBe(true);
  });

  test('ends with the camera’s farewell, on either channel', async () => {
    await using bench = await createViewingBench();
    const { camera, channel, sender } = bench;
    const session = bench.open();
    await bench.until(is(session, 'live'));
    await bench.until(() => [...sender.controls.values()].some(({ readyState }) => readyState === 'open'));
    for (const control of sender.controls.values()) control.send('{"type":"bye","reason":"revoked"}');
    await bench.until(is(session, 'ended'));
    expect(session.state.value).toEqual({ type: 'ended', code: 'revoked' });
    session.retry();
    await bench.until(is(session, 'live'));
    const { rq = '', sid = '' } = sender.offers.at(-1) ?? {};
    await camera.send(channel, { type: 'bye', body: { rq, sid: 'x'.repeat(22), reason: 'revoked' } });
    await camera.send(channel, { type: 'bye', body: { rq, sid, reason: 'expired' } });
    await bench.until(is(session, 'ended'));
    expect(session.state.value).toEqual({ type: 'ended', code: 'expired' });
  });

  test('is a way to the camera while the rendezvous is down', async () => {
    await using bench = await createViewingBench();
    const { camera, channel, sender, link, clock } = bench;
    const session = bench.open();
    await bench.until(is(session, 'live'));
    await bench.until(() => [...sender.controls.values()].some(({ readyState }) => readyState === 'open'));
    bench.rendezvous.setOnline(false);
    camera.access.entries = [buildGrant()];
    const build = (nonce: string) => ({ type: 'list', body: { nonce, after: null } }) as const;
    expect(await askCamera(link, 'listed', build, { clock })).toMatchObject({ entries: [buildGrant()] });
    const [control] = [...sender.controls.values()];
    const deliver = (payload: Uint8Array) => control && deliverOver(control, payload);
    camera.nonce = randomBase64url(16);
    await camera.announce({ ...channel, deliver });
    await bench.until(() => link.nonce === camera.nonce);
    session.close();
    await expect(link.send({ type: 'hello', body: {} })).rejects.toMatchObject({ code: 'offline' });
  });

  test('ends with its grant once the picture has stopped', async () => {
    await using bench = await createViewingBench();
    const { camera, channel, sender } = bench;
    const session = bench.open();
    await bench.until(is(session, 'live'));
    const states = record(session);
    await camera.end(channel, 'revoked');
    await bench.until(() => bench.link.ending.value === 'revoked');
    expect(session.state.value.type).toBe('live');
    await sender.setPicture(false);
    await bench.until(is(session, 'ended'));
    expect(states.slice(1)).toEqual([{ type: 'ended', code: 'revoked' }]);
    session.retry();
    expect(session.state.value).toEqual({ type: 'ended', code: 'revoked' });
  });

  test('goes on when a broker only repeats that the grant is over', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    const states = record(session);
    const endings: unknown[] = [];
    bench.link.ending.subscribe((ending) => endings.push(ending));
    await bench.camera.send(bench.channel, { type: 'ended', body: { reason: 'revoked' } });
    await bench.until(() => endings.length === 2);
    await bench.sender.setPicture(false);
    await bench.until(is(session, 'reconnecting'));
    expect(states.some(({ type }) => type === 'ended')).toBe(false);
  });

  test('does not begin without a grant, and does when it is back', async () => {
    await using bench = await createViewingBench();
    const { camera, channel } = bench;
    await bench.until(() => bench.link.presence.value === 'online');
    await camera.end(channel, 'expired');
    await bench.until(() => bench.link.ending.value === 'expired');
    const session = bench.open();
    expect(session.state.value).toEqual({ type: 'ended', code: 'expired' });
    expect(bench.connections).toEqual([]);
    camera.isListening = true;
    await camera.announce(channel);
    await bench.until(() => bench.link.ending.value === null);
    session.retry();
    await bench.until(is(session, 'live'));
  });

  test('drops malformed control messages and answers a ping', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    await bench.until(() => bench.sender.controls.size === 1);
    const [control] = [...bench.sender.controls.values()];
    const heard: unknown[] = [];
    control?.addEventListener('message', ({ data }) => heard.push(data));
    for (const text of [
      '',
      '{',
      '{"type":"bye","reason":"x"}',
      'x'.repeat(5_000),
      '{"type":"ping","id":7}',
    ]) {
      control?.send(text);
    }
    await bench.until(() => heard.includes('{"type":"pong","id":7}'));
    await bench.until(() => heard.some((text) => String(text).includes('"ping"')));
    expect(session.state.value.type).toBe('live');
  });

  test('rests while hidden, and looks for the picture on return', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    bench.visibility.set(false);
    await bench.sender.setPicture(false);
    const endMs = bench.clock.nowMs() + 2_500;
    await bench.until(() => bench.clock.nowMs() >= endMs);
    expect(session.state.value.type).toBe('live');
    bench.visibility.set(true);
    await bench.until(is(session, 'reconnecting'));
    await bench.until(is(session, 'live'));
  });

  test('says goodbye when the page goes, and begins anew when it comes back', async () => {
    await using bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    bench.visibility.leave();
    await bench.until(() => bench.camera.heard.includes('leave'));
    bench.visibility.set(true);
    expect(session.state.value).toEqual({ type: 'reconnecting', reason: 'resumed' });
    await bench.until(is(session, 'live'));
  });

  test('leaves nothing behind when it is closed', async () => {
    const bench = await createViewingBench();
    const session = bench.open();
    await bench.until(is(session, 'live'));
    session.close();
    session.close();
    await bench.until(() => bench.camera.heard.includes('leave'));
    await bench[Symbol.asyncDispose]();
    expect(bench.clock.pending).toBe(0);
    expect(bench.connections.map(({ connectionState }) => connectionState)).toEqual(['closed']);
    expect(session.stream.value).toBeNull();
  });
});

function fingerprint(byte: string): string {
  return `a=fingerprint:sha-256 ${Array(32).fill(byte).join(':')}`;
}
