import * as v from 'valibot';
import { cameraHealth } from '#shared/camera-health.ts';
import { OFF_REASONS } from '#shared/camera-privacy.ts';
import { id, numericDate, text } from '#shared/message-fields.ts';

/** Name of the socket in the state directory. */
export const SOCKET_FILE = 'control.sock';
/** The longest request is a hundred bytes. */
export const MAX_REQUEST_BYTES = 1_024;
/** Presences of a full access list are 20 KB. */
export const MAX_ANSWER_BYTES = 64 * 1_024;
const MAX_LINK_CHARS = 512;
const MAX_VERSION_CHARS = 64;
/** A full list, with room. */
const MAX_PHONES = 500;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const requests = {
  status: v.strictObject({ type: v.literal('status') }),
  /** A fresh code that makes an owner. */
  'new-code': v.strictObject({ type: v.literal('new-code') }),
  /** What the access list on disk does not say. */
  presences: v.strictObject({ type: v.literal('presences') }),
  withdraw: v.strictObject({ type: v.literal('withdraw'), id }),
  /** Whether the camera is switched off; without `off` only asked. */
  privacy: v.strictObject({ type: v.literal('privacy'), off: v.optional(v.boolean()) }),
  /** How it is doing: asked twice, how much flows. */
  health: v.strictObject({ type: v.literal('health') }),
  /** Everything: owners, guests and the key. */
  forget: v.strictObject({ type: v.literal('forget') }),
};

const request = v.variant('type', [
  requests.status,
  requests['new-code'],
  requests.presences,
  requests.withdraw,
  requests.privacy,
  requests.health,
  requests.forget,
]);

/** What a command asks of the running relay. */
export type ControlRequest = v.InferOutput<typeof request>;

const answers = {
  status: v.strictObject({
    version: v.pipe(v.string(), v.maxLength(MAX_VERSION_CHARS)),
    pid: count,
    /** When it was started, NumericDate. */
    since: numericDate,
    rendezvous: v.picklist(['connecting', 'online', 'closed']),
    clock: v.picklist(['synchronised', 'assumed', 'not_synchronised', 'below_floor']),
    watching: count,
    /** Whether it is switched off. Of this and what follows a relay of an older version says nothing. */
    off: v.optional(v.boolean(), false),
    /** Code of why its light does not work; null where it does, or there is none. */
    light_fault: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(MAX_VERSION_CHARS))), null),
  }),
  'new-code': v.strictObject({
    link: text(MAX_LINK_CHARS),
    valid_minutes: count,
    /** Whether nobody owns the camera yet. */
    is_first: v.boolean(),
  }),
  presences: v.strictObject({
    phones: v.pipe(
      v.array(
        v.strictObject({
          gid: id,
          /** When the camera last heard of it, NumericDate; null: not since it was started. */
          seen: v.nullable(numericDate),
          /** Pictures it has open. */
          watching: count,
        }),
      ),
      v.maxLength(MAX_PHONES),
    ),
  }),
  withdraw: v.strictObject({ outcome: v.picklist(['done', 'not_found', 'last_owner']) }),
  privacy: v.strictObject({
    outcome: v.picklist(['done', 'clock_unsynced', 'not_stored']),
    off: v.boolean(),
    /** When that changes by itself, NumericDate; null: it does not, or it is not known. */
    until: v.nullable(numericDate),
    why: v.nullable(v.picklist(OFF_REASONS)),
  }),
  health: cameraHealth,
  forget: v.strictObject({}),
} satisfies Record<ControlRequest['type'], v.GenericSchema>;

/** What the relay answers to each request. */
export type ControlAnswers = {
  readonly [T in ControlRequest['type']]: v.InferOutput<(typeof answers)[T]>;
};

/** Why it answers a request with nothing else. */
export const CONTROL_REFUSALS = [
  /** Not a request, or more than one. */
  'malformed',
  /** Another version may know it. */
  'unknown_request',
  /** Too long. */
  'too_large',
  /** Took too long to arrive. */
  'too_slow',
  /** Others are being answered. */
  'busy',
  /** It could not be done, for a reason that is in the relay's log. */
  'failed',
] as const;

export type ControlRefusal = (typeof CONTROL_REFUSALS)[number];

const refusal = v.strictObject({ refused: v.picklist(CONTROL_REFUSALS) });

/** Reads a request, or says why it is none. */
export function parseControlRequest(line: string): ControlRequest | ControlRefusal {
  const value = parseJson(line);
  const parsed = v.safeParse(request, value);
  if (parsed.success) return parsed.output;
  const isOfUnknownType =
    isRecord(value) && typeof value.type === 'string' && !Object.hasOwn(requests, value.type);
  return isOfUnknownType ? 'unknown_request' : 'malformed';
}

/** Reads the answer to a request of `type`; null where it is none. */
export function parseControlAnswer<T extends ControlRequest['type']>(
  type: T,
  line: string,
): { readonly answer: ControlAnswers[T] } | { readonly refused: ControlRefusal } | null {
  const value = parseJson(line);
  const refused = v.safeParse(refusal, value);
  if (refused.success) return refused.output;
  const schema: v.GenericSchema = answers[type];
  const parsed = v.safeParse(v.strictObject({ answer: schema }), value);
  // Read by the schema of that very type; TypeScript does not follow the lookup.
  return parsed.success ? (parsed.output as { answer: ControlAnswers[T] }) : null;
}

/** A request or an answer as it travels: JSON on a line of its own. */
export function encodeControlLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Which no schema takes.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
