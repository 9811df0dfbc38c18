import * as v from 'valibot';
import { name, numericDate, scope, toldHours } from '#shared/message-fields.ts';
import type { UpMessage } from '#shared/up-message.ts';
import type { AccessChange } from './lending.ts';
import { parseName } from './loan-record.ts';

const schema = v.strictObject({
  name: v.optional(name),
  scope: v.optional(scope),
  exp: v.optional(numericDate),
  hours: v.optional(toldHours),
});

/**
 * The request by which the camera learns of a change, to be given a nonce.
 * @throws RangeError for one that no camera would read.
 */
export function buildAmend(id: string, change: AccessChange): (nonce: string) => UpMessage {
  const cleaned = change.name === undefined ? change : { ...change, name: parseName(change.name) };
  const body = parseChange(cleaned);
  return (nonce) => ({ type: 'amend', body: { nonce, id, ...body } });
}

function parseChange(change: AccessChange): v.InferOutput<typeof schema> {
  try {
    return v.parse(schema, change);
  } catch (cause) {
    throw new RangeError('an entry cannot be changed to that', { cause });
  }
}
