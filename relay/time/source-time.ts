/** Put in by `deploy/bundle-relay.mjs`; absent where the sources run as they are. */
declare const LATCHKEY_SOURCE_TIME_S: number | undefined;

/** The year in which this was written, for sources without a date and builds that give one of convention. */
const LEAST_SOURCE_TIME_S = Date.UTC(2026, 0, 1) / 1000;

/** NumericDate of the sources that this program was made from: no clock that is right shows less. */
export const SOURCE_TIME_S = Math.max(
  LEAST_SOURCE_TIME_S,
  typeof LATCHKEY_SOURCE_TIME_S === 'number' ? LATCHKEY_SOURCE_TIME_S : 0,
);
