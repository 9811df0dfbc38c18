import { afterAll, describe, expect, test } from 'vitest';
import { encodeInviteLink } from '#shared/invite-link.ts';
import { type CodeReader, openCodeReader } from './code-reader.ts';
import { drawCode } from './testing/draw-code.ts';

const link = encodeInviteLink('https://camera.example/', {
  kind: 'claim',
  camera: 'A'.repeat(43),
  secret: `${'B'.repeat(21)}A`,
});

describe('code reader', () => {
  let reader: CodeReader | null = null;
  afterAll(() => reader?.close());
  const readPhoto = async (photo: Blob) => {
    reader ??= await openCodeReader();
    return reader.readPhoto(photo);
  };

  test.each([
    ['upright', {}],
    ['turned by 30 degrees', { turnDegrees: 30 }],
    ['upside down', { turnDegrees: 180 }],
    ['small in a large photo', { size: 170, photoSize: 1400 }],
    ['blurred', { blurPx: 3 }],
    ['light on dark', { isInverted: true }],
  ])('reads a code that is %s', async (_how, look) => {
    expect(await readPhoto(await drawCode(link, look))).toBe(link);
  });

  test('finds nothing in a photo without a code', async () => {
    expect(await readPhoto(await drawCode('', {}))).toBeNull();
  });
});
