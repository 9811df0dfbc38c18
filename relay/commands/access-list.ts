import { numericDateOf } from '#shared/clock.ts';
import { NO_ACCESS } from '../access/access-state.ts';
import { stateDirectoryOf } from '../config.ts';
import { askRelay } from '../control/ask-relay.ts';
import { ControlError } from '../control/control-error.ts';
import type { PhonePresence } from '../control/relay-control.ts';
import { StateDirectory } from '../storage/state-directory.ts';
import { type AccessRow, accessRows, shortIds } from './access-rows.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './exit-code.ts';
import { formatTable } from './text-table.ts';
import { agoWords, durationWords, hoursWords, isoOf, timeWords } from './time-words.ts';

const HEADINGS = ['ID', 'NAME', 'DEVICE', 'RIGHTS', 'SINCE', 'UNTIL', 'HOURS', 'BY', 'SEEN', 'NOW', 'STATE'];

const description =
  'Lists who may see the camera: owners, guests, links that wait to be used, what has ended, and ' +
  'what was taken back a short while ago. While the camera runs, also whom it has heard of since ' +
  'its start, and who watches now.';

/** `latchkey access list` */
export const accessList = defineCommand({
  operands: [],
  options: { json: { type: 'boolean', meaning: 'for programs, with whole ids; times in ISO 8601' } },
  description,
  async run({ env, clock, write }, { options }) {
    const directory = stateDirectoryOf(env);
    const state = (await new StateDirectory(directory, clock).readAccess()) ?? NO_ACCESS;
    const presences = await askPresences(directory);
    const now = numericDateOf(clock);
    const rows = accessRows(state, { now, presences: presences ?? [] });
    if (options.json) write(JSON.stringify(rows.map(jsonOf), null, 2));
    else write(tableOf(rows, { now, shorten: shortIds(state), isRunning: presences !== null }));
    return EXIT.ok;
  },
});

/** Null where the camera does not run. */
async function askPresences(directory: string): Promise<readonly PhonePresence[] | null> {
  try {
    return (await askRelay(directory, { type: 'presences' })).phones;
  } catch (error) {
    if (error instanceof ControlError && error.code === 'not_running') return null;
    throw error;
  }
}

interface TableOptions {
  readonly now: number;
  readonly shorten: (id: string) => string;
  readonly isRunning: boolean;
}

function tableOf(rows: readonly AccessRow[], { now, shorten, isRunning }: TableOptions): string {
  if (rows.length === 0) return 'Nobody may see the camera yet.';
  const nameOf = (id: string | null) =>
    id === null ? 'the camera' : (rows.find((row) => row.id === id)?.name ?? shorten(id));
  const cells = rows.map((row) => [
    ...[shorten(row.id), row.name, row.device ?? '', row.rights.join(' ')],
    ...[timeWords(row.since), untilWords(row), row.hours === null ? '' : hoursWords(row.hours)],
    ...[nameOf(row.by), row.seen === null ? '' : agoWords(row.seen, now)],
    ...[row.watching > 0 ? 'watching' : '', row.standing],
  ]);
  const table = formatTable(HEADINGS, cells);
  return isRunning ? table : `${table}\n\nThe camera does not run, so nobody watches.`;
}

function untilWords({ until, lasts }: AccessRow): string {
  const end = until === null ? '' : timeWords(until);
  if (lasts === null) return end;
  return `${durationWords(lasts)} from its use${end === '' ? '' : `, to ${end} at most`}`;
}

function jsonOf({ since, from, until, seen, ...rest }: AccessRow) {
  return { ...rest, since: isoOf(since), from: isoOf(from), until: isoOf(until), seen: isoOf(seen) };
}
