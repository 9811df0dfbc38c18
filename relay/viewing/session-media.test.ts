import { beforeEach, describe, expect, it } from 'vitest';
import type { MediaMessage, MediaStateMessage } from '#shared/control-message.ts';
import { hasScope, type Scope } from '#shared/scope.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { Sound } from '../sound/sound.ts';
import { FakePeer } from '../testing/fake-peer.ts';
import { buildSound, FakeDevices, SOUND } from '../testing/fake-sound.ts';
import { SessionMedia } from './session-media.ts';

let clock: FakeClock;
let devices: FakeDevices;
let sound: Sound;

beforeEach(() => {
  clock = new FakeClock();
  devices = new FakeDevices();
  sound = buildSound(devices);
});

/** One phone with these rights, whose session has a path. */
function open(...rights: Scope[]) {
  const phone = {
    peer: new FakePeer(),
    rights,
    told: [] as string[],
    pictures: [] as boolean[],
  };
  const media = new SessionMedia({
    ...{ peer: phone.peer, sound, clock },
    may: (right) => hasScope(phone.rights, right),
    onPicture: (isWanted) => phone.pictures.push(isWanted),
    tell: ({ listen, talk, show }: MediaStateMessage) => phone.told.push(`${listen} ${talk} ${show}`),
  });
  media.resume();
  const want = (change: Partial<MediaMessage>) =>
    media.handle({ type: 'media', picture: true, listen: false, talk: false, show: false, ...change });
  return Object.assign(phone, { media, want, state: () => phone.told.at(-1) });
}

describe("the camera's microphone", () => {
  it('is open while somebody listens, once for all, and closed after', () => {
    const [anna, ben] = [open('watch', 'listen'), open('watch', 'listen')];
    expect(devices.on.size).toBe(0);
    anna.want({ listen: true });
    ben.want({ listen: true });
    devices.audio.emit(SOUND);
    expect([anna.peer.sound, ben.peer.sound]).toEqual([[SOUND], [SOUND]]);
    anna.want({});
    devices.audio.emit(SOUND);
    expect([anna.peer.sound.length, ben.peer.sound.length]).toEqual([1, 2]);
    ben.media.close();
    expect(devices.switched).toEqual(['microphone on', 'microphone off']);
  });

  it('is not opened for a phone without the right, whatever it sends', () => {
    const guest = open('watch', 'talk', 'snapshot', 'control', 'lend');
    for (let time = 0; time < 3; time++) guest.want({ listen: true });
    guest.media.suspend();
    guest.media.resume();
    devices.audio.emit(SOUND);
    expect([devices.switched, guest.peer.sound, guest.state()]).toEqual([[], [], 'denied off off']);
  });

  it('is closed when the right is taken back, and stays so when it is given again', () => {
    const guest = open('watch', 'listen');
    guest.want({ listen: true });
    guest.rights = ['watch'];
    guest.media.review();
    devices.audio.emit(SOUND);
    guest.rights = ['watch', 'listen'];
    guest.media.review();
    expect(guest.peer.sound).toEqual([]);
    expect(guest.told).toEqual([
      'off denied denied',
      'on denied denied',
      'denied denied denied',
      'off denied denied',
    ]);
    expect(devices.on.size).toBe(0);
  });

  it('is opened so often by one phone, and then once a second', () => {
    const guest = open('watch', 'listen');
    const toggle = () => {
      guest.want({ listen: true });
      guest.want({});
    };
    for (let time = 0; time < 1_000; time++) toggle();
    expect(devices.switched.length).toBeLessThanOrEqual(42);
    guest.want({ listen: true });
    expect(guest.state()).toBe('failed denied denied');
    const before = devices.switched.length;
    clock.advance(2_000);
    for (let time = 0; time < 1_000; time++) toggle();
    expect(devices.switched.length).toBeLessThanOrEqual(before + 6);
    clock.advance(1_000);
    guest.want({ listen: true });
    expect(guest.state()).toBe('on denied denied');
  });

  it('that fails is told of, and tried again when it is asked for again', () => {
    const phone = open('owner');
    phone.want({ listen: true });
    devices.fail('microphone');
    expect(phone.state()).toBe('failed off off');
    phone.want({ listen: true });
    expect(phone.state()).toBe('on off off');
    expect(devices.switched).toEqual(['microphone on', 'microphone on']);
  });

  it('goes on after an interruption, and is closed meanwhile', () => {
    const phone = open('owner');
    phone.want({ listen: true });
    phone.media.suspend();
    expect(devices.on.size).toBe(0);
    phone.media.resume();
    expect([...devices.on, phone.state()]).toEqual(['microphone', 'on off off']);
  });
});

describe("the camera's speaker", () => {
  it('plays what the phone sends while it talks, and nothing before and after', () => {
    const phone = open('watch', 'talk');
    expect(phone.peer.taken.size).toBe(0);
    phone.want({ talk: true });
    phone.peer.taken.get('audio')?.(Buffer.from('hello'));
    const late = phone.peer.taken.get('audio');
    phone.want({});
    late?.(Buffer.from('late'));
    expect([devices.played, phone.peer.taken.size]).toEqual([[['speaker', 'hello']], 0]);
    expect(phone.told).toEqual(['denied off off', 'denied on off', 'denied off off']);
    expect(devices.switched).toEqual(['speaker on', 'speaker off']);
  });

  it('plays nothing of a phone without the right, whatever it sends', () => {
    const guest = open('watch', 'listen');
    guest.want({ talk: true, show: true });
    expect([guest.peer.taken.size, devices.switched, guest.state()]).toEqual([0, [], 'off denied denied']);
  });

  it('is for one at a time: the second is told, and told when it is free', () => {
    const [anna, ben] = [open('watch', 'talk'), open('watch', 'talk')];
    anna.want({ talk: true });
    expect(ben.state()).toBe('denied busy off');
    ben.want({ talk: true });
    expect([ben.state(), ben.peer.taken.size]).toEqual(['denied busy off', 0]);
    anna.want({});
    expect([ben.state(), ben.peer.taken.size]).toEqual(['denied off off', 0]);
  });

  it('is taken from a guest by an owner, and from an owner by nobody', () => {
    const [guest, owner, other] = [open('watch', 'talk'), open('owner'), open('owner')];
    guest.want({ talk: true });
    expect(owner.state()).toBe('off off off');
    owner.want({ talk: true });
    expect([guest.state(), guest.peer.taken.size]).toEqual(['denied busy off', 0]);
    guest.peer.taken.get('audio')?.(Buffer.from('still here'));
    other.want({ talk: true });
    expect([owner.state(), other.state()]).toEqual(['off on off', 'off busy off']);
    expect(devices.played).toEqual([]);
  });

  it('is let go when the session ends', () => {
    const phone = open('owner');
    phone.want({ talk: true, show: true });
    phone.media.close();
    phone.media.close();
    expect([devices.on.size, phone.peer.taken.size]).toEqual([0, 0]);
  });
});

describe("the camera's screen", () => {
  it("shows the phone's picture, and has keyframes asked of it", () => {
    const phone = open('owner');
    phone.want({ show: true });
    phone.peer.taken.get('video')?.(Buffer.from('picture'));
    devices.keyframe.emit();
    expect(devices.played).toEqual([['screen', 'picture']]);
    expect(phone.peer.viewerKeyframes).toBe(1);
  });

  it('that is unplugged is told of, and held by nobody', () => {
    const [phone, other] = [open('owner'), open('owner')];
    phone.want({ show: true });
    devices.fail('screen');
    expect([phone.state(), other.state()]).toEqual(['off off failed', 'off off off']);
    expect(phone.peer.taken.size).toBe(0);
  });
});

describe('what a phone wants', () => {
  it('is of no effect before it watches, and of effect then', () => {
    const phone = open('owner');
    phone.media.suspend();
    phone.want({ listen: true });
    expect(devices.on.size).toBe(0);
    phone.media.resume();
    expect([...devices.on]).toEqual(['microphone']);
  });

  it('may be no picture: told once each time that it changes', () => {
    const phone = open('owner');
    for (const picture of [true, false, false, true]) phone.want({ picture });
    expect(phone.pictures).toEqual([false, true]);
  });

  it('is answered also where nothing changes', () => {
    const phone = open('owner');
    phone.want({});
    phone.want({});
    expect(phone.told).toEqual(['off off off', 'off off off', 'off off off']);
  });

  it('has no effect on a camera without devices, which says so', () => {
    sound = buildSound();
    const phone = open('owner');
    phone.want({ listen: true, talk: true, show: true });
    expect([phone.state(), phone.peer.taken.size]).toEqual(['absent absent absent', 0]);
  });
});
