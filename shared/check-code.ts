import { parseBase64url } from './bytes.ts';
import { deriveBytes } from './crypto.ts';

/**
 * The four digits that camera and phone both show after a claim, so that its owner sees which phone won.
 * Taken from the fresh grant secret: nobody but these two can compute it.
 * @throws TypeError when `psk` is not base64url.
 */
export async function deriveCheckCode(psk: string, phoneThumbprint: string): Promise<string> {
  const secret = parseBase64url(psk);
  if (secret === null) throw new TypeError('a grant secret is base64url');
  // Eight bytes, so that ten thousand divides their range evenly enough: no code is noticeably likelier.
  const bytes = await deriveBytes({ secret, salt: phoneThumbprint, info: 'pw1 check code', bytes: 8 });
  const number = new DataView(bytes.buffer).getBigUint64(0) % 10_000n;
  return number.toString().padStart(4, '0');
}
