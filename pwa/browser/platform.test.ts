import { describe, expect, test } from 'vitest';
import { detectPlatform, nameDevice, type PlatformSigns } from './platform.ts';
import { findMissingFeature } from './support.ts';

const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1';
const ipad =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15';
const android =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';

describe('platform', () => {
  test.each<[string, Partial<PlatformSigns>, string, string]>([
    ['an iPhone in Safari', { userAgent: iphone, maxTouchPoints: 5 }, 'ios_browser', 'iPhone'],
    ['an iPad that calls itself a Mac', { userAgent: ipad, maxTouchPoints: 5 }, 'ios_browser', 'iPad'],
    ['a Mac', { userAgent: ipad, maxTouchPoints: 0 }, 'browser', 'Mac'],
    ['an Android phone', { userAgent: android, maxTouchPoints: 5 }, 'browser', 'Android phone'],
    ['an iPhone’s home screen', { userAgent: iphone, isStandalone: true }, 'installed', 'iPhone'],
  ])('%s', (_name, signs, platform, device) => {
    const all = { isStandalone: false, userAgent: '', maxTouchPoints: 0, ...signs };
    expect([detectPlatform(all), nameDevice(all)]).toEqual([platform, device]);
  });
});

describe('support', () => {
  const whole = {
    isSecureContext: true,
    RTCPeerConnection: 1,
    indexedDB: {},
    crypto: { subtle: {} },
    CompressionStream: 1,
  };

  test('this browser has all that is needed', () => {
    expect(findMissingFeature(whole)).toBeNull();
    expect(findMissingFeature()).toBeNull();
  });

  test.each([
    ['secure_context', { ...whole, isSecureContext: false }],
    ['webrtc', { isSecureContext: true, indexedDB: {} }],
    ['indexeddb', { ...whole, indexedDB: null }],
    ['crypto', { ...whole, crypto: {} }],
  ])('says %s when that is what lacks', (missing, scope) => {
    expect(findMissingFeature(scope)).toBe(missing);
  });
});
