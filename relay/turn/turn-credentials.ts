import { createHmac } from 'node:crypto';

/** A user name and password for a TURN server that run out by themselves. */
export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
}

export interface TurnCredentialsOptions {
  /** What camera and TURN server share. */
  readonly secret: string;
  /** NumericDate from which the server no longer takes them. */
  readonly expiresAt: number;
  /** What tells them from others with the same end; the server sees it. */
  readonly id: string;
}

/** Makes credentials as coturn's `use-auth-secret` checks them (draft-uberti-behave-turn-rest-00 §2.2). */
export function mintTurnCredentials({ secret, expiresAt, id }: TurnCredentialsOptions): TurnCredentials {
  const username = `${expiresAt}:${id}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
