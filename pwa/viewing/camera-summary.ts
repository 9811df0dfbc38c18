import { hasScope } from '#shared/scope.ts';
import type { Ending } from '#shared/verdicts.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { CameraSummary, LastPicture } from './camera.ts';
import type { CameraNews, Presence } from './camera-link.ts';

/** What is known of a camera besides its record. */
export interface CameraStanding extends CameraNews {
  readonly presence: Presence;
  readonly picture: LastPicture | null;
}

/** A camera as the list shows it at `nowS`, a NumericDate by this phone's clock. */
export function summarize(
  camera: CameraRecord,
  { presence, off, watching, picture }: CameraStanding,
  nowS: number,
): CameraSummary {
  return {
    id: camera.gid,
    name: camera.name,
    presence,
    role: hasScope(camera.terms.scope, 'owner') ? 'owner' : 'guest',
    terms: camera.terms,
    ending: camera.ending ?? expiryOf(camera, presence, nowS),
    // A camera that does not answer may have been switched on since.
    off: presence === 'online' ? off : null,
    watching: presence === 'online' ? watching : 0,
    picture,
  };
}

/** When this phone's clock will end the grant of a camera that says nothing; null where it does not. NumericDate. */
export function endOf({ terms, ending }: CameraRecord, nowS: number): number | null {
  return ending === null && terms.exp !== null && terms.exp > nowS ? terms.exp : null;
}

/** A camera that answers knows better than this phone how late it is. */
function expiryOf({ terms }: CameraRecord, presence: Presence, nowS: number): Ending | null {
  return terms.exp !== null && terms.exp <= nowS && presence !== 'online' ? 'expired' : null;
}
