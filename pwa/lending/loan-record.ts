import * as v from 'valibot';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import { randomBase64url } from '#shared/crypto.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import {
  cleanName,
  duration,
  hours,
  id,
  MAX_NAME_CHARS,
  name,
  numericDate,
  scope,
} from '#shared/message-fields.ts';
import type { UpMessage } from '#shared/up-message.ts';
import { REFUSALS } from '#shared/verdicts.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { LendPeriod, LendRequest } from './lending.ts';

/**
 * How long a link can be opened where what it lends has no end of its own yet: a day is enough for an answer in any
 * time zone, and short for a secret that lies in somebody's messages.
 */
const OPEN_FOR_S = 24 * 60 * 60;
/** The longest that any link can be opened: whoever lends for months hands the link over this week. */
const MAX_OPEN_S = 7 * 24 * 60 * 60;
const SECRET_BYTES = 16;

const schema = v.strictObject({
  id,
  /** The grant that it is lent by. */
  gid: id,
  secret: id,
  name,
  scope,
  nbf: v.nullable(numericDate),
  exp: v.nullable(numericDate),
  duration: v.nullable(duration),
  hours,
  openUntil: numericDate,
  isTransfer: v.boolean(),
  /** `tried`: the camera may have it. `lent`: it has said so. */
  stage: v.picklist(['new', 'tried', 'lent']),
  /** Why the camera did not take it, until that has been shown. */
  refusal: v.nullable(v.picklist(REFUSALS)),
});

/** A look that was lent from this phone and that nobody has used yet, with the secret that its link carries. */
export type LoanRecord = Readonly<v.InferOutput<typeof schema>>;

/** Reads a record from storage; null when it is damaged. */
export function parseLoanRecord(value: unknown): LoanRecord | null {
  try {
    return v.parse(schema, value);
  } catch {
    return null;
  }
}

/**
 * A new loan with a secret of its own.
 * @throws RangeError for terms that no camera would read.
 */
export async function createLoanRecord(
  request: LendRequest,
  camera: CameraRecord,
  clock: Clock,
): Promise<LoanRecord> {
  const secret = randomBase64url(SECRET_BYTES);
  const record = parseLoanRecord({
    id: await deriveInviteId(secret, camera.camera),
    gid: camera.gid,
    secret,
    name: parseName(request.name),
    scope: request.scope,
    ...termsOf(request.period),
    hours: request.hours,
    openUntil: chooseOpenUntil(request.period, numericDateOf(clock)),
    isTransfer: request.isTransfer,
    stage: 'new',
    refusal: null,
  });
  if (record === null) throw new RangeError('a look cannot be lent on these terms');
  return record;
}

/** The request by which the camera learns of it. */
export function buildLend(record: LoanRecord, nonce: string): UpMessage {
  const { secret, name, scope, nbf, exp, duration, hours, openUntil, isTransfer } = record;
  const body = { nonce, secret, name, scope, nbf, exp, duration, hours };
  return { type: 'lend', body: { ...body, open_until: openUntil, transfer: isTransfer } };
}

/** A name as the camera takes it. @throws RangeError for one that is empty or longer than 64 characters. */
export function parseName(text: string): string {
  const cleaned = text.length > MAX_NAME_CHARS ? null : cleanName(text);
  if (cleaned === null) throw new RangeError('a name has 1 to 64 characters');
  return cleaned;
}

function termsOf(period: LendPeriod) {
  const none = { nbf: null, exp: null, duration: null };
  switch (period.type) {
    case 'duration':
      return { ...none, duration: period.seconds };
    case 'until':
      return { ...none, nbf: period.nbf, exp: period.exp };
    case 'endless':
      return none;
    default:
      return period satisfies never;
  }
}

function chooseOpenUntil(period: LendPeriod, nowS: number): number {
  return period.type === 'until' ? Math.min(period.exp, nowS + MAX_OPEN_S) : nowS + OPEN_FOR_S;
}
