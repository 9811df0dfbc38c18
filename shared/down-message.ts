import * as v from 'valibot';
import {
  candidate,
  count,
  digest,
  duration,
  iceServers,
  id,
  name,
  numericDate,
  scope,
  sdp,
  text,
  toldHours,
} from './message-fields.ts';
import { createMessageReader, type MessageOf } from './message-reader.ts';
import { terms } from './terms.ts';
import { ENDINGS, FAREWELLS, REFUSALS } from './verdicts.ts';

const MAX_SEALED_CHARS = 2_048;
/** Lines of an access list in one message, where their names leave room for so many. */
export const MAX_LISTED = 12;

const entryFields = {
  id,
  name,
  scope,
  nbf: v.nullable(numericDate),
  exp: v.nullable(numericDate),
  hours: toldHours,
  /** The entry of the one who lent; null for the camera itself. */
  by: v.nullable(id),
  /** When it was lent, or let in. */
  at: numericDate,
};

/** Schema of `AccessEntry`. */
export const accessEntry = v.variant('kind', [
  v.strictObject({
    kind: v.literal('invite'),
    ...entryFields,
    duration: v.nullable(duration),
    open_until: numericDate,
    /** Somebody holds it up against the camera's digits. */
    is_confirming: v.boolean(),
  }),
  v.strictObject({
    kind: v.literal('grant'),
    ...entryFields,
    /** What its phone calls itself. */
    device: name,
    /** When the camera last heard of its phone; null: not since it was started. */
    seen: v.nullable(numericDate),
    /** Pictures that its phone has open. */
    watching: count,
    /** Whether it is the entry of the phone that asks. */
    is_own: v.boolean(),
  }),
  v.strictObject({
    kind: v.literal('withdrawn'),
    ...entryFields,
    withdrawn_at: numericDate,
    /** The entry of the one who took it back; null for the camera itself. */
    withdrawn_by: v.nullable(id),
    /** Whether somebody had been let in by it. */
    was_taken: v.boolean(),
  }),
]);

/** A line of the access list as owners see it. */
export type AccessEntry = v.InferOutput<typeof accessEntry>;

/** The claims of each message from the camera besides the common ones; `docs/protocol.md` says when it is sent. */
const BODIES = {
  presence: v.strictObject({
    rq: v.optional(digest),
    state: v.picklist(['online', 'offline']),
    nonce: id,
    name,
    ice_servers: iceServers,
    /** On a grant's channel: what it allows now. */
    terms: v.optional(terms),
    /** On the channel of one who may lend: another number whenever the access list has changed. */
    revision: v.optional(count),
    /** On a grant's channel, while the camera is switched off: until when, null where that is not known. */
    off: v.optional(v.strictObject({ until: v.nullable(numericDate) })),
    /** On an owner's channel: how many pictures are open. */
    watching: v.optional(count),
  }),
  redeemed: v.strictObject({ rq: digest, sealed: text(MAX_SEALED_CHARS) }),
  answer: v.strictObject({ rq: digest, sid: id, sdp }),
  'answer-candidate': v.strictObject({ rq: digest, sid: id, candidate }),
  bye: v.strictObject({ rq: digest, sid: id, reason: v.picklist(FAREWELLS) }),
  refused: v.strictObject({ rq: digest, code: v.picklist(REFUSALS), nonce: v.optional(id) }),
  lent: v.strictObject({ rq: digest, id }),
  done: v.strictObject({ rq: digest }),
  listed: v.strictObject({
    rq: digest,
    entries: v.pipe(v.array(accessEntry), v.maxLength(MAX_LISTED)),
    /** What to ask with for the rest; null at the end. */
    next: v.nullable(id),
    revision: count,
  }),
  logged: v.strictObject({
    rq: digest,
    /** Number of the oldest entry that there is. */
    first: count,
    /** Read by `watch-page.ts`, which few visits need; null where there is nothing before what was asked for. */
    page: v.unknown(),
  }),
  // Read by those few who ask: `camera-privacy.ts`, `camera-settings.ts`, `camera-health.ts`.
  switched: v.strictObject({ rq: digest, told: v.unknown() }),
  adjusted: v.strictObject({ rq: digest, told: v.unknown() }),
  examined: v.strictObject({ rq: digest, told: v.unknown() }),
  ended: v.strictObject({ reason: v.picklist(ENDINGS) }),
} as const;

/** A message from the camera to a phone. */
export type DownMessage = MessageOf<typeof BODIES>;

/** Reads messages from the camera. */
export const downMessages = createMessageReader(BODIES);
