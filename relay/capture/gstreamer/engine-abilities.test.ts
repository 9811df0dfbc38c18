import { describe, expect, it } from 'vitest';
import { abilitiesOf } from './engine-abilities.ts';

const pi = { type: 'pi', name: null } as const;
const network = { type: 'network', url: 'rtsp://10.0.0.7/live', login: null } as const;

describe('abilitiesOf', () => {
  it.each([
    [pi, { encoder: 'v4l2', canExpose: true }, 'Pi camera, hardware encoder', 'live', true],
    [pi, { encoder: 'x264', canExpose: false }, 'Pi camera, software encoder x264', 'live', false],
    [network, { encoder: 'openh264' }, 'Network camera, software encoder OpenH264', 'live', false],
    [network, { encoder: 'none' }, 'Network camera, H.264 as it comes', 'never', false],
    [network, null, 'Network camera', 'live', false],
  ] as const)('of %j with %j are %s', (source, found, description, bitrate, canExpose) => {
    expect(abilitiesOf(source, found)).toMatchObject({ description, bitrate, canExpose });
  });
});
