import * as v from 'valibot';
import { digest, id, numericDate, parseFields } from './message-fields.ts';
import { ProtocolError } from './protocol-error.ts';

const commonClaims = v.object({ iss: digest, aud: digest, iat: numericDate, jti: id });

/** The claims that every message carries (RFC 7519 §4.1). */
export type CommonClaims = v.InferOutput<typeof commonClaims>;

/** Schemas of the claims that are particular to each type of message. */
export type Bodies = Readonly<Record<string, v.GenericSchema>>;

/** A message by type, with its body. */
export type MessageOf<B extends Bodies> = {
  [T in keyof B & string]: { readonly type: T; readonly body: v.InferOutput<B[T]> };
}[keyof B & string];

/** Reads the messages of one direction: what belongs to the other is unknown to it. */
export interface MessageReader<M> {
  /**
   * Reads the claims of a message whose signature has been checked.
   * @throws ProtocolError `malformed`, for an unknown type too.
   */
  read(type: string, claims: unknown): { readonly common: CommonClaims; readonly message: M };
}

/** A reader of the messages that have these bodies. */
export function createMessageReader<B extends Bodies>(bodies: B): MessageReader<MessageOf<B>> {
  return {
    read(type, claims) {
      if (!Object.hasOwn(bodies, type)) throw new ProtocolError('malformed', 'unknown type of message');
      if (typeof claims !== 'object' || claims === null) throw new ProtocolError('malformed', 'no claims');
      const { iss, aud, iat, jti, ...rest } = { ...claims } as Record<string, unknown>;
      const common = parseFields(commonClaims, { iss, aud, iat, jti });
      const schema: v.GenericSchema = bodies[type] ?? v.never();
      // The body was read by the schema of that very type; TypeScript does not follow the lookup.
      return { common, message: { type, body: parseFields(schema, rest) } as MessageOf<B> };
    },
  };
}
