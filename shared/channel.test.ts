import { describe, expect, it } from 'vitest';
import { encodeHex } from './bytes.ts';
import { deriveChannel } from './channel.ts';
import { deriveCheckCode } from './check-code.ts';

const camera = 'A'.repeat(43);
const secret = 'AAECAwQFBgcICQoLDA0ODw';

describe('a channel', () => {
  it('matches its published vector', async () => {
    const { up, down } = await deriveChannel(secret, camera);
    expect([up.topic, encodeHex(up.key), down.topic, encodeHex(down.key)]).toMatchInlineSnapshot(`
      [
        "pw1/7c1baeb32095fb49ba99db744b5cd896",
        "5f824eb0cafc770a904da8c49669577e5c5c2b15bbda467fc7bcb7449f3c9392",
        "pw1/03d9190c20ef280c2ce465aeef6b65d1",
        "902ad0013b691f9c1ce023ba2e97635d66d454e92eee588cf4229714a461ed7a",
      ]
    `);
  });

  it('has four unrelated values, and others for another camera', async () => {
    const [one, two] = await Promise.all([
      deriveChannel(secret, camera),
      deriveChannel(secret, 'B'.repeat(43)),
    ]);
    const values = [one.up, one.down, two.up, two.down].flatMap((lane) => [lane.topic, encodeHex(lane.key)]);
    expect(new Set(values).size).toBe(8);
  });

  it('refuses a secret that is not base64url', async () => {
    await expect(deriveChannel('not base64url!', camera)).rejects.toThrow(TypeError);
  });
});

describe('the check code', () => {
  it('is four digits, the same on both sides', async () => {
    expect(await deriveCheckCode(secret, camera)).toMatchInlineSnapshot(`"9398"`);
  });

  it('differs between phones', async () => {
    const codes = await Promise.all(['a', 'b', 'c', 'd'].map((phone) => deriveCheckCode(secret, phone)));
    expect(new Set(codes).size).toBeGreaterThan(1);
    for (const code of codes) expect(code).toMatch(/^\d{4}$/);
  });
});
