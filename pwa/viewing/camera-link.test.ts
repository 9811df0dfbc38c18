import { describe, expect, test, vi } from 'vitest';
import { randomBase64url } from '#shared/crypto.ts';
import { createIdentity } from '#shared/identity.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { eventually } from '../testing/eventually.ts';
import { FakeCamera } from '../testing/fake-camera.ts';
import { FakeVisibility } from '../testing/fake-visibility.ts';
import { CameraLink, type Presence } from './camera-link.ts';

async function setUp() {
  const broker = createMemoryBroker();
  const camera = await FakeCamera.create(broker.connect());
  const identity = { ...(await createIdentity({ extractable: false })), isPersistent: true };
  const channel = await camera.openGrant(identity);
  const clock = new FakeClock();
  const visibility = new FakeVisibility();
  const rendezvous = broker.connect();
  const open = () =>
    new CameraLink({ camera: camera.recordFor(identity), identity, rendezvous, clock, visibility });
  return { broker, camera, channel, clock, visibility, rendezvous, open };
}

const becomes = (link: CameraLink, presence: Presence) => eventually(() => link.presence.value === presence);
const hellos = ({ heard }: FakeCamera) => heard.filter((type) => type === 'hello').length;
const heardHellos = (camera: FakeCamera, count: number) => eventually(() => hellos(camera) >= count);

describe('camera link', () => {
  test('is online with nonce and ICE servers once the camera has answered a greeting', async () => {
    const { camera, open } = await setUp();
    camera.iceServers = [{ urls: ['stun:192.0.2.1'] }];
    const link = open();
    expect(link.presence.value).toBe('checking');
    await becomes(link, 'online');
    expect(link.nonce).toBe(camera.nonce);
    expect(link.iceServers.value).toEqual(camera.iceServers);
    link.close();
  });

  test('does not take a retained presence for a sign of life', async () => {
    const { camera, clock, open } = await setUp();
    camera.isListening = false;
    const link = open();
    await heardHellos(camera, 1);
    await eventually(() => link.nonce === camera.nonce);
    expect(link.presence.value).toBe('checking');
    const silence = vi.fn();
    link.onSilence(silence);
    clock.advance(3_000);
    expect(link.presence.value).toBe('offline');
    expect(silence).toHaveBeenCalledOnce();
    link.close();
  });

  test('greets a camera again that speaks up while its first greeting is lost', async () => {
    const { camera, channel, open } = await setUp();
    camera.isListening = false;
    const link = open();
    await heardHellos(camera, 1);
    camera.isListening = true;
    await camera.announce(channel);
    await becomes(link, 'online');
    link.close();
  });

  test('is offline at once when the camera says so, and asks whether that is still true', async () => {
    const { camera, channel, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    const seen: Presence[] = [];
    link.presence.subscribe((presence) => seen.push(presence));
    await camera.announce(channel, 'offline');
    await eventually(() => seen.length === 2);
    expect(seen).toEqual(['offline', 'online']);
    link.close();
  });

  test('asks every 30 s while visible, and at once on return', async () => {
    const { camera, clock, visibility, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    const asked = hellos(camera);
    clock.advance(30_000);
    await heardHellos(camera, asked + 1);
    await eventually(() => clock.pending === 1);
    visibility.set(false);
    clock.advance(90_000);
    visibility.set(true);
    await heardHellos(camera, asked + 2);
    expect(hellos(camera)).toBe(asked + 2);
    link.close();
  });

  test('is offline without a broker and online again with it', async () => {
    const { clock, rendezvous, open } = await setUp();
    rendezvous.setOnline(false);
    const link = open();
    clock.advance(3_000);
    expect(link.presence.value).toBe('offline');
    rendezvous.setOnline(true);
    await becomes(link, 'online');
    link.close();
  });

  test('tells of a new nonce, and drops a presence with a foreign rq', async () => {
    const { camera, channel, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    const told = vi.fn();
    link.onNonce(told);
    const body = { state: 'offline', nonce: randomBase64url(16), name: 'x', ice_servers: [] } as const;
    await camera.send(channel, { type: 'presence', body: { ...body, ice_servers: [], rq: 'x'.repeat(43) } });
    camera.nonce = randomBase64url(16);
    await camera.announce(channel);
    await eventually(() => link.nonce === camera.nonce);
    expect(told).toHaveBeenCalledOnce();
    expect(link.presence.value).toBe('online');
    link.close();
  });

  test('believes other terms once a greeting has confirmed them', async () => {
    const { camera, channel, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    const asked = hellos(camera);
    const terms = { scope: ['watch'], nbf: null, exp: 1_900_000_000, hours: null } as const;
    const stale = camera.terms;
    camera.terms = terms;
    await camera.announce(channel);
    camera.terms = stale;
    await heardHellos(camera, asked + 1);
    expect(link.terms.value).toEqual(stale);
    camera.terms = terms;
    await camera.announce(channel);
    await eventually(() => link.terms.value !== stale);
    expect(link.terms.value).toEqual(terms);
    link.close();
  });

  test('believes that it is switched off, and that somebody watches, once a greeting has confirmed it', async () => {
    const { camera, channel, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    const asked = hellos(camera);
    const { privacy } = camera;
    camera.privacy = { ...privacy, off: true };
    camera.watching = 9;
    await camera.announce(channel);
    camera.privacy = privacy;
    camera.watching = 2;
    await heardHellos(camera, asked + 1);
    await eventually(() => link.news.value.watching > 0);
    expect(link.news.value).toEqual({ off: null, watching: 2 });
    camera.privacy = { ...privacy, off: true, until: 2_000_000_000 };
    await camera.announce(channel);
    await eventually(() => link.news.value.off !== null);
    expect(link.news.value.off).toEqual({ until: 2_000_000_000 });
    link.close();
  });

  test('is not kept waiting for ever by other terms that a broker repeats', async () => {
    const { camera, channel, clock, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    camera.isListening = false;
    camera.terms = { ...camera.terms, exp: 4_000_000_000 };
    for (let seconds = 0; seconds < 30 && link.presence.value === 'online'; seconds += 1) {
      camera.nonce = randomBase64url(16);
      await camera.announce(channel);
      await eventually(() => link.nonce === camera.nonce);
      clock.advance(1_000);
    }
    expect(link.presence.value).toBe('offline');
    link.close();
  });

  test('tells an owner when the access list has changed', async () => {
    const { camera, channel, open } = await setUp();
    const link = open();
    await eventually(() => link.revision.value === 1);
    camera.access.change([]);
    await camera.announce(channel);
    await eventually(() => link.revision.value === 2);
    link.close();
  });

  test('learns that its grant is over, asks once whether that is so, and polls no more', async () => {
    const { camera, channel, clock, visibility, rendezvous, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    const asked = hellos(camera);
    await camera.end(channel, 'revoked');
    await eventually(() => link.ending.value === 'revoked');
    expect(link.presence.value).toBe('offline');
    await heardHellos(camera, asked + 1);
    clock.advance(90_000);
    visibility.set(true);
    rendezvous.setOnline(false);
    rendezvous.setOnline(true);
    await camera.end(channel, 'revoked');
    await camera.send(channel, { type: 'ended', body: { reason: 'expired' } });
    await eventually(() => link.ending.value === 'expired');
    await heardHellos(camera, asked + 2);
    expect(hellos(camera)).toBe(asked + 2);
    link.close();
  });

  test('comes back to life when the camera gives more time', async () => {
    const { camera, channel, clock, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    await camera.end(channel, 'expired');
    await eventually(() => link.ending.value === 'expired');
    clock.advance(60_000);
    camera.isListening = true;
    await camera.announce(channel);
    await becomes(link, 'online');
    expect(link.ending.value).toBeNull();
    link.close();
  });

  test('is not fooled for long by an end that a broker repeats', async () => {
    const { camera, channel, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    const endings: unknown[] = [];
    link.ending.subscribe((ending) => endings.push(ending));
    await camera.send(channel, { type: 'ended', body: { reason: 'revoked' } });
    await eventually(() => endings.length === 2);
    expect(endings).toEqual(['revoked', null]);
    await becomes(link, 'online');
    link.close();
  });

  test('hears nothing and has no timer after it is closed', async () => {
    const { broker, clock, channel, open } = await setUp();
    const link = open();
    await becomes(link, 'online');
    link.close();
    link.close();
    expect(broker.subscribedTopics()).not.toContain(channel.lanes.down.topic);
    expect(clock.pending).toBe(0);
  });
});
