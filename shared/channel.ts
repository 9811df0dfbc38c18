import { encodeHex, parseBase64url } from './bytes.ts';
import { deriveBytes } from './crypto.ts';

/** One direction between a phone and a camera: where to publish, and the key that seals what is published. */
export interface Lane {
  /** MQTT topic, `pw1/` and 32 hexadecimal digits: meaningless to the broker. */
  readonly topic: string;
  /** A256GCM key. */
  readonly key: Uint8Array<ArrayBuffer>;
}

/** The private pair of lanes that a shared secret opens: `up` to the camera, `down` to the phone. */
export interface Channel {
  readonly up: Lane;
  readonly down: Lane;
}

const TOPIC_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Derives both lanes from an invite's or a grant's secret (HKDF-SHA-256, RFC 5869).
 * Topics and keys are independent outputs, so the broker, who sees the topic, learns nothing of the key;
 * and a message of one lane cannot be replayed on the other.
 * @throws TypeError when `secret` is not base64url.
 */
export async function deriveChannel(secret: string, cameraThumbprint: string): Promise<Channel> {
  const bytes = parseBase64url(secret);
  if (bytes === null) throw new TypeError('a channel secret is base64url');
  const derive = (info: string, length: number) =>
    deriveBytes({ secret: bytes, salt: cameraThumbprint, info: `pw1 ${info}`, bytes: length });
  const lane = async (direction: 'up' | 'down'): Promise<Lane> => ({
    topic: `pw1/${encodeHex(await derive(`${direction} topic`, TOPIC_BYTES))}`,
    key: await derive(`${direction} key`, KEY_BYTES),
  });
  const [up, down] = await Promise.all([lane('up'), lane('down')]);
  return { up, down };
}
