import { encodeUtf8 } from '#shared/bytes.ts';
import { type CameraHealth, MAX_TOLD_VIEWS } from '#shared/camera-health.ts';
import { VERSION } from '../version.ts';
import type { PictureCount } from '../viewing/broadcast.ts';
import type { View } from '../viewing/viewing.ts';

/**
 * Of the views as JSON, before base64 and sealing: with names that no compression shortens, and what is told beside them, they
 * still fit an envelope. Guests may give names to those they lend to.
 */
const MAX_VIEWS_BYTES = 1_400;

/** What is known of a camera besides its machine. */
export interface CameraState {
  readonly viewing: { readonly views: readonly View[]; readonly source: PictureCount };
  /** When it was started, NumericDate. */
  readonly since: number;
  readonly atMs: number;
  /** What the picture comes from. */
  readonly source: string | null;
  /** Of the one whose grant it is; null for a grant that is gone. */
  readonly nameOf: (gid: string) => string | null;
}

/** How a camera is doing, as it is told. */
export function composeHealth(machine: CameraHealth['machine'], state: CameraState): CameraHealth {
  const { viewing, since, atMs, source, nameOf } = state;
  const views = viewing.views.flatMap((view) => {
    const name = nameOf(view.gid);
    return name === null ? [] : [toldView(view, name)];
  });
  return {
    ...{ at_ms: Math.floor(atMs), version: VERSION, since, machine },
    picture: { source: source?.slice(0, 120) ?? null, ...viewing.source },
    views: thatFit(views.slice(0, MAX_TOLD_VIEWS)),
  };
}

function thatFit(views: CameraHealth['views']): CameraHealth['views'] {
  let room = MAX_VIEWS_BYTES;
  return views.filter((view) => {
    room -= encodeUtf8(JSON.stringify(view)).byteLength + 1;
    return room >= 0;
  });
}

function toldView({ path, pictures, bytes, reception }: View, name: string): CameraHealth['views'][number] {
  const roundTrip = reception?.roundTripMs ?? null;
  return {
    ...{ name, path, pictures, bytes },
    round_trip: roundTrip === null ? null : Math.max(0, Math.round(roundTrip)),
    loss: reception === null ? null : Math.min(1, Math.max(0, reception.fractionLost)),
  };
}
