/** Why the camera turned a request down, as far as the one who asked may know. */
export const REFUSALS = [
  /** Asked with a nonce that is no longer good; the answer has the one that is. */
  'use_nonce',
  /** No such access, or none any more; also what a stranger is told, whatever the reason. */
  'invalid_grant',
  'capture_failed',
  /** No room for one more viewer, or more was asked for in a short time than people do. */
  'busy',
  /** The camera does not know what time it is, so nobody's time can begin or be checked. */
  'clock_unsynced',
  /** The grant begins later. */
  'not_yet',
  /** The grant holds in other hours of the week. */
  'outside_hours',
  /** The time of the invite or the grant is over. */
  'expired',
  /** The invite was taken back before anybody used it. */
  'withdrawn',
  /** The camera shows digits that must come with the request. */
  'needs_code',
  /** The digits were others. */
  'wrong_code',
  /** The grant does not allow that. */
  'not_allowed',
  /** Terms that cannot be: an end before the beginning, none where there must be one. */
  'bad_terms',
  /** More, longer or further than the one who asks may give. */
  'beyond_own',
  /** No such invite or grant, or not one that the one who asks may see. */
  'not_found',
  /** A camera keeps at least one owner. */
  'last_owner',
  /** The list is full. */
  'too_many',
  /** The camera could not write it down. */
  'not_stored',
  /** An owner has switched the camera off, or its schedule has. */
  'private',
  /** Somebody else has changed it since the one who asks has looked. */
  'changed',
] as const;

export type Refusal = (typeof REFUSALS)[number];

/** Why a session ended, for the one who watched. */
export const FAREWELLS = [
  'left',
  'replaced',
  'revoked',
  'expired',
  'outside_hours',
  'clock_unsynced',
  'capture_failed',
  'private',
  'shutdown',
] as const;

export type Farewell = (typeof FAREWELLS)[number];

/** Why a grant is no more, for the phone that held it. */
export const ENDINGS = ['revoked', 'expired'] as const;

export type Ending = (typeof ENDINGS)[number];
