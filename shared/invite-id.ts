import { encodeBase64url, parseBase64url } from './bytes.ts';
import { deriveBytes } from './crypto.ts';

/**
 * What an invite is called, and the grant that it becomes: both sides take it from the secret, so that the one who lends
 * can name it before the camera has answered, and nobody can give one invite the name of another.
 * @throws TypeError when `secret` is not base64url.
 */
export async function deriveInviteId(secret: string, cameraThumbprint: string): Promise<string> {
  const bytes = parseBase64url(secret);
  if (bytes === null) throw new TypeError('an invite secret is base64url');
  return encodeBase64url(
    await deriveBytes({ secret: bytes, salt: cameraThumbprint, info: 'pw1 invite id', bytes: 16 }),
  );
}
