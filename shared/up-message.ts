import * as v from 'valibot';
import { adjustment } from './camera-settings.ts';
import {
  candidate,
  count,
  duration,
  hours,
  id,
  name,
  numericDate,
  publicJwk,
  scope,
  sdp,
} from './message-fields.ts';
import { createMessageReader, type MessageOf } from './message-reader.ts';

/** The digits that the camera shows when somebody asks to own it too. */
const confirmationCode = v.pipe(v.string(), v.regex(/^\d{6}$/));

/** The claims of each message to the camera besides the common ones; `docs/protocol.md` says who sends which. */
const BODIES = {
  hello: v.strictObject({}),
  redeem: v.strictObject({ nonce: id, epk: publicJwk, name, code: v.optional(confirmationCode) }),
  /** With `standby` a connection is made ready, and no picture is asked for. */
  offer: v.strictObject({ nonce: id, sid: id, sdp, standby: v.optional(v.literal(true)) }),
  candidate: v.strictObject({ nonce: id, sid: id, candidate }),
  leave: v.strictObject({ nonce: id, sid: id }),
  lend: v.strictObject({
    nonce: id,
    secret: id,
    name,
    scope,
    nbf: v.nullable(numericDate),
    exp: v.nullable(numericDate),
    duration: v.nullable(duration),
    hours,
    open_until: numericDate,
    transfer: v.boolean(),
  }),
  list: v.strictObject({ nonce: id, after: v.nullable(id) }),
  revoke: v.strictObject({ nonce: id, id }),
  amend: v.strictObject({
    nonce: id,
    id,
    name: v.optional(name),
    scope: v.optional(scope),
    exp: v.optional(numericDate),
    hours: v.optional(hours),
  }),
  log: v.strictObject({ nonce: id, before: v.nullable(numericDate) }),
  switch: v.strictObject({
    nonce: id,
    /** What the phone has seen; needed for all but switching off. */
    revision: v.optional(count),
    off: v.optional(v.boolean()),
    /** With `off`: until when; null: until somebody switches it on. */
    until: v.optional(v.nullable(numericDate)),
    /** When it is off each week. */
    hours: v.optional(hours),
  }),
  adjust: v.strictObject({ nonce: id, ...adjustment }),
  examine: v.strictObject({ nonce: id }),
} as const;

/** A message from a phone to the camera. */
export type UpMessage = MessageOf<typeof BODIES>;

/** Reads messages to the camera. */
export const upMessages = createMessageReader(BODIES);
