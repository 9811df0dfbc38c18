import { describe, expect, it } from 'vitest';
import { type PictureSettings, PLAIN_PICTURE } from '../picture-settings.ts';
import { DatagramUnits } from './datagram-units.ts';
import { encodeRpicamArguments, MAX_DATAGRAM_BYTES } from './rpicam-arguments.ts';

const format = { width: 1280, height: 720, frameRate: 25 };
const argumentsFor = (picture: Partial<PictureSettings> = {}) =>
  encodeRpicamArguments({ format, bitrateBps: 1_500_000, picture: { ...PLAIN_PICTURE, ...picture } }, 5004);

describe('encodeRpicamArguments', () => {
  it('asks for baseline with headers in every keyframe, every two seconds', () => {
    expect(argumentsFor()).toEqual([
      ...[
        '--nopreview',
        '--timeout=0',
        '--codec=h264',
        '--profile=baseline',
        '--level=4',
        '--inline',
        '--flush',
      ],
      ...['--denoise=cdn_off', '--width=1280', '--height=720', '--framerate=25', '--intra=50'],
      ...['--bitrate=1500000', '--output=udp://127.0.0.1:5004'],
    ]);
  });

  it.each([
    [{ isMirrored: true }, ['--hflip']],
    [{ rotation: 180 }, ['--hflip', '--vflip']],
    [{ rotation: 180, isMirrored: true }, ['--vflip']],
    [{ rotation: 90 }, []],
    [{ exposureEv: -1.5 }, ['--ev=-1.5']],
  ] as const)('turns %j into %j', (picture, expected) => {
    const plain = argumentsFor();
    expect(argumentsFor(picture).filter((each) => !plain.includes(each))).toEqual(expected);
  });
});

describe('DatagramUnits', () => {
  const full = (first: number) =>
    Uint8Array.from({ length: MAX_DATAGRAM_BYTES }, (_, at) => (at === 3 ? 1 : at < 3 ? 0 : first));
  const small = Uint8Array.of(0, 0, 0, 1, 0x41, 7);

  it('takes a datagram for a picture, and a full one for its beginning', () => {
    const units = new DatagramUnits();
    expect(units.push(small)).toEqual(small);
    expect(units.push(full(0x65))).toBeNull();
    expect(units.push(Uint8Array.of(9, 9))).toHaveLength(MAX_DATAGRAM_BYTES + 2);
    expect(units.push(small)).toEqual(small);
  });

  it('drops a picture whose beginning was lost, and one without end', () => {
    const units = new DatagramUnits();
    expect(units.push(Uint8Array.of(9, 9))).toBeNull();
    expect(units.push(small)).toEqual(small);
    for (let part = 0; part < 40; part++) expect(units.push(full(0x65))).toBeNull();
    expect(units.push(Uint8Array.of(9, 9))).toBeNull();
    expect(units.push(small)).toEqual(small);
  });
});
