import { decrypt, hashOf } from '#shared/crypto.ts';
import { downMessages } from '#shared/down-message.ts';
import type { Message } from '#shared/message.ts';
import { upMessages } from '#shared/up-message.ts';

const MAX_TOKEN_BYTES = 20_480;

/** What somebody reads who knows a channel's secret, and believes every signature. */
export interface Unsealed {
  readonly message: Message;
  /** Thumbprint of whoever it says sent it. */
  readonly sender: string;
  /** By which an answer refers to it. */
  readonly hash: string;
}

/** Opens an envelope with a lane's key; null where that does not open it. */
export async function unseal(envelope: string, key: Uint8Array): Promise<Unsealed | null> {
  try {
    const token = Buffer.from(await decrypt(envelope, key, MAX_TOKEN_BYTES)).toString();
    const [header, claims] = token.split('.').map(parsePart);
    const type = String(header?.typ).replace('+jwt', '');
    const { common, message } = readEither(type, claims);
    return { message, sender: common.iss, hash: await hashOf(envelope) };
  } catch {
    return null; // Of another channel, or no message of ours at all.
  }
}

function readEither(type: string, claims: unknown) {
  try {
    return upMessages.read(type, claims);
  } catch {
    return downMessages.read(type, claims); // What neither knows is no message of ours.
  }
}

/** A part of a compact JWS; the signature is none. */
function parsePart(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
}
