import { randomBytes } from 'node:crypto';
import { type IceConnection, internalsOf } from './ice-internals.ts';

/** 48 bits and 144 bits, of which RFC 8839 §5.4 asks for 24 and 128; base64 is made of ice-chars. */
const USERNAME_BYTES = 6;
const PASSWORD_BYTES = 18;

/**
 * Gives the connection credentials that cannot be guessed, for the generation that is to be gathered.
 *
 * Stock werift makes them of 16 and 88 bits.
 */
export function renewCredentials(connection: IceConnection): void {
  connection.localUsername = randomBytes(USERNAME_BYTES).toString('base64');
  connection.localPassword = randomBytes(PASSWORD_BYTES).toString('base64');
  internalsOf(connection).userHistory[connection.localUsername] = connection.localPassword;
}
