import { describe, expect, it } from 'vitest';
import { encodeSoundSettings } from './engine/sound-engine.ts';
import { parseSoundDevice } from './sound-settings.ts';

describe('sound settings', () => {
  it.each([
    ['microphone', 'auto'],
    ['microphone', 'pulse'],
    ['microphone', 'alsa:plughw:CARD=Device,DEV=0'],
    ['microphone', 'tone'],
    ['speaker', 'pulse:alsa_output.usb'],
    ['speaker', 'file:/tmp/heard.pcm'],
    ['screen', 'kms:vc4'],
  ] as const)('has %s be %s', (part, text) => {
    expect(parseSoundDevice(part, text)).toBe(text);
  });

  it('has off be none', () => {
    expect(parseSoundDevice('speaker', 'off')).toBeNull();
  });

  it.each([
    ['microphone', 'alsa'],
    ['microphone', 'alsa:'],
    ['microphone', 'file:/etc/passwd'],
    ['speaker', 'tone'],
    ['screen', 'pulse'],
    ['speaker', 'alsa:a\nb'],
    ['speaker', `alsa:${'x'.repeat(300)}`],
    ['screen', ''],
  ] as const)('refuses a %s of %j, in words', (part, text) => {
    expect(() => parseSoundDevice(part, text)).toThrow(/is none of off/);
  });

  it('tells the engine what there is, and nothing of what there is not', () => {
    const settings = { microphone: 'tone', speaker: null, screen: null, isEchoCancelled: false };
    expect(encodeSoundSettings(settings)).toEqual(['--microphone=tone']);
  });
});
