import { beforeEach, describe, expect, it } from 'vitest';
import type { Rendition } from '../capture/capture.ts';
import type { PacketizedUnit } from '../webrtc/packetizer.ts';
import { Seat } from './seat.ts';

let sent: PacketizedUnit[];
let seat: Seat;

beforeEach(() => {
  sent = [];
  seat = new Seat((unit) => sent.push(unit));
});

function unit(rendition: Rendition, rtpTimestamp: number, isKeyframe = false): PacketizedUnit {
  const packet = { payload: new Uint8Array(1), marker: true, rtpTimestamp, capturedAtMs: 0 };
  return { packets: [packet], rtpTimestamp, isKeyframe, rendition };
}

/** What was sent since the last look: rendition and timestamp of each picture. */
const taken = () => sent.splice(0).map(({ rendition, rtpTimestamp }) => `${rendition} ${rtpTimestamp}`);

describe('a seat', () => {
  it('gets every picture of the main rendition', () => {
    for (const each of [unit('main', 1), unit('low', 2, true), unit('main', 3_000)]) seat.take(each);
    expect(taken()).toEqual(['main 1', 'main 3000']);
  });

  it('goes over at a keyframe of the other rendition, until which the old one goes on', () => {
    seat.change('low', 'low');
    seat.take(unit('main', 1));
    seat.take(unit('low', 2));
    seat.take(unit('main', 3_000));
    seat.take(unit('low', 6_000, true));
    seat.take(unit('main', 6_000));
    seat.take(unit('low', 9_000));
    expect(taken()).toEqual(['main 1', 'main 3000', 'low 6000', 'low 9000']);
    seat.change('full', 'main');
    seat.take(unit('low', 12_000));
    seat.take(unit('main', 15_000, true));
    seat.take(unit('low', 18_000));
    expect(taken()).toEqual(['low 12000', 'main 15000']);
  });

  it('is needed by a rendition until it has gone over', () => {
    seat.change('low', 'low');
    expect([seat.follows('main'), seat.needs('low'), seat.awaits]).toEqual([true, true, 'low']);
    seat.take(unit('low', 1, true));
    expect([seat.follows('main'), seat.needs('low')]).toEqual([false, true]);
    seat.change('full', 'main');
    expect([seat.follows('main'), seat.needs('low'), seat.awaits]).toEqual([true, true, 'main']);
    seat.take(unit('main', 2, true));
    expect([seat.follows('main'), seat.needs('low')]).toEqual([true, false]);
  });

  it('has timestamps that only rise, though the renditions show the same moments', () => {
    seat.take(unit('main', 6_000));
    seat.change('low', 'low');
    for (const each of [unit('low', 3_000, true), unit('low', 6_000), unit('low', 9_000)]) seat.take(each);
    expect(taken()).toEqual(['main 6000', 'low 6090', 'low 6180', 'low 9000']);
    expect(sent).toEqual([]);
  });

  it('stamps every packet of a picture that is put in order, and shares what is in it', () => {
    const late = unit('main', 0xffff_fff0, true);
    seat.take(unit('main', 0xffff_fff0));
    seat.take(late);
    expect(sent[1]?.rtpTimestamp).toBe(0x4a);
    expect(sent[1]?.packets.map(({ rtpTimestamp }) => rtpTimestamp)).toEqual([0x4a]);
    expect(sent[1]?.packets[0]?.payload).toBe(late.packets[0]?.payload);
  });

  it('gets keyframes alone, of the low rendition once there is one, and begins at one when it is taken up', () => {
    seat.change('keyframes', 'low');
    for (const each of [unit('main', 1), unit('main', 2, true), unit('main', 3)]) seat.take(each);
    expect(taken()).toEqual(['main 2']);
    for (const each of [unit('low', 4, true), unit('low', 5), unit('main', 6, true)]) seat.take(each);
    expect(taken()).toEqual(['low 4']);
    expect([seat.follows('low'), seat.needs('low')]).toEqual([false, true]);
    seat.change('low', 'low');
    for (const each of [unit('low', 100), unit('low', 200, true), unit('low', 300)]) seat.take(each);
    expect(taken()).toEqual(['low 200', 'low 300']);
  });
});
