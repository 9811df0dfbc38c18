import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { FakePort, openTrack } from '../testing/fake-port.ts';
import type { OwnDevice } from './own-device.ts';
import { SoundDesk } from './sound-desk.ts';

let clock: FakeClock;
let words: string[];
let opened: { device: OwnDevice; track: MediaStreamTrack }[];
let answer: (device: OwnDevice) => Promise<MediaStreamTrack>;
let desk: SoundDesk;

beforeEach(() => {
  clock = new FakeClock();
  words = [];
  opened = [];
  answer = async (device) => {
    const track = openTrack(device === 'microphone' ? 'audio' : 'video');
    opened.push({ device, track });
    return track;
  };
  desk = new SoundDesk({
    onWords: (text) => words.push(text),
    open: (device) => answer(device),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  });
});
afterEach(() => desk.close());

/** A connection to a camera that has everything. */
function connect(): FakePort {
  const port = new FakePort();
  desk.use(port);
  port.say({ listen: 'off', talk: 'off', show: 'off' });
  return port;
}

const look = () => desk.view.value ?? { listen: 'hidden', talk: 'hidden', show: 'hidden', own: null };
const waysOf = ({ listen, talk, show } = look()) => [listen, talk, show];

describe('sound desk', () => {
  test('has nothing to switch before the camera says what there is, and then only that', () => {
    const port = new FakePort();
    desk.use(port);
    expect(waysOf()).toEqual(['hidden', 'hidden', 'hidden']);
    port.say({ listen: 'off', talk: 'denied' });
    expect(waysOf()).toEqual(['off', 'hidden', 'hidden']);
  });

  test('says nothing to the camera until the user wants something', () => {
    expect(connect().said).toEqual([]);
  });

  test('listens: the sound joins the picture, and leaves it', async () => {
    const port = connect();
    await desk.set('listen', true);
    expect(look().listen).toBe('waiting');
    port.say({ listen: 'on', talk: 'off', show: 'off' });
    expect([look().listen, port.stream.getTracks()]).toEqual(['on', [port.sound]]);
    await desk.set('listen', false);
    expect(port.stream.getTracks()).toEqual([]);
    expect(port.said.map(({ listen }) => listen)).toEqual([true, false]);
    expect(opened).toEqual([]);
  });

  test('closes the phone’s own devices at once when the viewing is over, and opens none when it begins anew', async () => {
    const port = connect();
    await desk.set('talk', true);
    await desk.set('show', true);
    await desk.set('listen', true);
    port.say({ listen: 'on', talk: 'on', show: 'on' });
    desk.rest();
    expect(opened.map(({ track }) => track.readyState)).toEqual(['ended', 'ended']);
    expect(clock.pending).toBe(0);
    const again = connect();
    expect(again.said.map(({ listen, talk, show }) => [listen, talk, show])).toEqual([[true, false, false]]);
    expect(opened).toHaveLength(2);
  });

  test('closes a device that opens after the end', async () => {
    connect();
    const late = Promise.withResolvers<MediaStreamTrack>();
    answer = () => late.promise;
    const setting = desk.set('talk', true);
    desk.rest();
    const track = openTrack('audio');
    late.resolve(track);
    await setting;
    expect(track.readyState).toBe('ended');
  });

  test('asks for the microphone when one talks, and not before', async () => {
    const port = connect();
    expect(opened).toEqual([]);
    await desk.set('talk', true);
    expect(opened.map(({ device }) => device)).toEqual(['microphone']);
    expect(port.ownSound.track).toBe(opened[0]?.track);
    expect(port.said.at(-1)).toMatchObject({ talk: true, show: false });
  });

  test('sends nothing once one has ceased to talk, and closes the microphone soon after', async () => {
    const port = connect();
    await desk.set('talk', true);
    await desk.set('talk', false);
    expect([port.ownSound.track, opened[0]?.track.readyState]).toEqual([null, 'live']);
    clock.advance(4_000);
    await desk.set('talk', true);
    await desk.set('talk', false);
    expect(opened).toHaveLength(1);
    clock.advance(5_000);
    expect(opened[0]?.track.readyState).toBe('ended');
  });

  test('closes its own camera at once', async () => {
    const port = connect();
    await desk.set('show', true);
    port.say({ show: 'on' });
    expect([port.ownPicture.track, look().own]).toEqual([opened[0]?.track, opened[0]?.track]);
    await desk.set('show', false);
    expect([port.ownPicture.track, opened[0]?.track.readyState]).toEqual([null, 'ended']);
  });

  test('does not talk when the button was let go while the browser asked', async () => {
    const asked = Promise.withResolvers<MediaStreamTrack>();
    answer = () => asked.promise;
    const port = connect();
    const talking = desk.set('talk', true);
    expect(look().talk).toBe('waiting');
    await desk.set('talk', false);
    const track = openTrack();
    asked.resolve(track);
    await talking;
    expect([track.readyState, port.said, port.ownSound.track]).toEqual(['ended', [], null]);
  });

  test.each([
    ['NotAllowedError', 'The microphone is blocked. Allow it in the browser’s settings for this page'],
    ['NotFoundError', 'This phone has no microphone'],
    ['NotReadableError', 'Another app is using the microphone'],
    ['TypeError', 'The microphone does not start. Try again'],
  ])('says in words what %s means, and is off then', async (name, said) => {
    answer = () => Promise.reject(new DOMException('no', name));
    const port = connect();
    await desk.set('talk', true);
    expect([words, look().talk, port.said]).toEqual([[said], 'off', []]);
  });

  test.each([
    ['busy', 'Somebody else is talking'],
    ['denied', 'You may no longer talk'],
    ['failed', 'The camera’s speaker does not work just now'],
    ['absent', 'The camera’s speaker is gone'],
  ] as const)('goes off, and stays off, when the camera says %s', async (state, said) => {
    const port = connect();
    await desk.set('talk', true);
    port.say({ talk: 'on' });
    port.say({ talk: state });
    port.say({ talk: 'off' });
    expect([words, look().talk, port.ownSound.track]).toEqual([[said], 'off', null]);
    expect(port.said.at(-1)).toMatchObject({ talk: false });
  });

  test('does not ask for a speaker that somebody else has, and says so', async () => {
    const port = connect();
    port.say({ talk: 'busy' });
    await desk.set('talk', true);
    expect([words, port.said, opened]).toEqual([['Somebody else is talking'], [], []]);
  });

  test('goes on over another connection, as soon as that can be told', async () => {
    const first = connect();
    await desk.set('listen', true);
    await desk.set('talk', true);
    desk.setPicture(false);
    const second = new FakePort();
    second.isOpen = false;
    desk.use(second);
    expect([second.said, waysOf()]).toEqual([[], ['waiting', 'waiting', 'off']]);
    second.isOpen = true;
    second.say({ listen: 'off', talk: 'off', show: 'off' });
    expect(second.said).toEqual([{ type: 'media', picture: false, listen: true, talk: true, show: false }]);
    expect(second.ownSound.track).toBe(opened[0]?.track);
    expect(opened).toHaveLength(1);
    first.say({ talk: 'denied' });
    expect(words).toEqual([]);
  });

  test('does not offer to show a picture that the browser cannot encode', () => {
    const port = new FakePort({ hasCamera: false });
    desk.use(port);
    port.say({ listen: 'off', talk: 'off', show: 'off' });
    expect(waysOf()).toEqual(['off', 'off', 'hidden']);
  });

  test('takes everything back when it is closed, and leaves no device open', async () => {
    const port = connect();
    for (const way of ['listen', 'talk', 'show'] as const) await desk.set(way, true);
    desk.setPicture(false);
    desk.close();
    desk.close();
    expect(port.said.at(-1)).toEqual({
      ...{ type: 'media', picture: true, listen: false, talk: false, show: false },
    });
    expect(opened.map(({ track }) => track.readyState)).toEqual(['ended', 'ended']);
    expect([port.ownSound.track, port.ownPicture.track, port.stream.getTracks()]).toEqual([null, null, []]);
    expect(clock.pending).toBe(0);
  });
});
