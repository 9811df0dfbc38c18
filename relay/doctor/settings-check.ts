import type { ChosenSettings } from '../settings/settings-state.ts';
import { parseChosenSettings } from '../settings/settings-state.ts';
import { readFileAsIs } from '../storage/atomic-file.ts';
import { type Finding, findingsOn } from './finding.ts';

const { ok, warn } = findingsOn('chosen on phones');

/** What phones have chosen, which wins over the settings here; changes nothing. */
export async function checkChosen(path: string): Promise<readonly Finding[]> {
  const text = await readFileAsIs(path);
  if (text === null) return [ok('Nothing: the picture is as it was set up.')];
  try {
    const chosen = words(parseChosenSettings(text));
    return [ok(chosen === '' ? 'Nothing: the picture is as it was set up.' : `${chosen}.`)];
  } catch {
    return [warn(`${path} cannot be read; the picture is as it was set up.`, 'Choose again on a phone.')];
  }
}

function words({ width, height, frame_rate, rotation, mirrored, max_bitrate, exposure }: ChosenSettings) {
  const each = [
    width === undefined ? '' : `${width}x${height}`,
    frame_rate === undefined ? '' : `${frame_rate} pictures a second`,
    max_bitrate === undefined ? '' : `${Math.round(max_bitrate / 1000)} kbit/s at most`,
    rotation === undefined ? '' : `turned by ${rotation} degrees`,
    mirrored === undefined ? '' : mirrored ? 'mirrored' : 'not mirrored',
    exposure === undefined ? '' : `exposure ${exposure > 0 ? '+' : ''}${exposure}`,
  ];
  return each.filter((word) => word !== '').join(', ');
}
