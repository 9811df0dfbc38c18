import { describe, expect, it } from 'vitest';
import { deriveInviteId } from './invite-id.ts';

const camera = 'C'.repeat(43);
const secret = 'AAAAAAAAAAAAAAAAAAAAAA';

describe('the id of an invite', () => {
  it('is that of its secret and its camera', async () => {
    // HKDF-SHA-256 of sixteen zero bytes with the thumbprint for salt and `pw1 invite id`, computed with OpenSSL.
    expect(await deriveInviteId(secret, camera)).toBe('hIYY7Lvkqy9fgzlxsa7MhA');
  });

  it('is another for another secret, and at another camera', async () => {
    const ids = await Promise.all([
      deriveInviteId(secret, camera),
      deriveInviteId(`${secret.slice(0, -2)}BA`, camera),
      deriveInviteId(secret, 'D'.repeat(43)),
    ]);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  });

  it.each(['not base64url!', `${secret.slice(0, -1)}B`])('is not made of %j', async (text) => {
    await expect(deriveInviteId(text, camera)).rejects.toThrow(TypeError);
  });
});
