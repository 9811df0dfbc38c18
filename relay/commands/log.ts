import { join } from 'node:path';
import { ProtocolError } from '#shared/protocol-error.ts';
import { parseWatchEntry, type WatchEntry } from '#shared/watch-entry.ts';
import { stateDirectoryOf } from '../config.ts';
import { readFileAsIs } from '../storage/atomic-file.ts';
import { StateDirectory } from '../storage/state-directory.ts';
import { StorageError } from '../storage/storage-error.ts';
import { verifyWatchLogFile, type WatchLogReport } from '../watch-log/verify-watch-log-file.ts';
import { type ViewingRecord, viewingRecords } from '../watch-log/viewing-record.ts';
import { WATCH_LOG_FILE } from '../watch-log/watch-log-file.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { EXIT } from './exit-code.ts';
import { formatTable } from './text-table.ts';
import { durationWords, isoOf, timeWords } from './time-words.ts';
import { UsageError } from './usage-error.ts';
import { counted } from './words.ts';

const HEADINGS = ['FROM', 'UNTIL', 'FOR', 'WHO', 'BY', 'END'];

const description =
  'Tells who watched, from when to when, and by which way: directly, or relayed by a TURN server. ' +
  'The camera signs what it writes down; --verify checks every signature and that nothing is ' +
  'missing in between.';

/** `latchkey log` */
export const log = defineCommand({
  operands: [],
  options: {
    tail: { type: 'string', value: 'N', meaning: 'the last N viewings only' },
    verify: {
      type: 'boolean',
      meaning: 'check the log instead of showing it; ends with 65 where it is not as written',
    },
    json: { type: 'boolean', meaning: 'for programs; times in ISO 8601' },
  },
  description,
  async run(context, { options }) {
    const directory = stateDirectoryOf(context.env);
    if (options.verify) return verify(context, directory, options.json);
    const last = options.tail === null ? Number.POSITIVE_INFINITY : parseCount(options.tail);
    const { entries, unreadable } = await readEntries(directory);
    const records = viewingRecords(entries);
    const shown = records.slice(Math.max(0, records.length - last));
    if (options.json) context.write(JSON.stringify(shown.map(jsonOf), null, 2));
    else context.write(shown.length === 0 ? 'Nobody has watched yet.' : tableOf(shown));
    if (unreadable === 0) return EXIT.ok;
    context.writeError(`latchkey: ${counted(unreadable, 'line')} cannot be read; see: latchkey log --verify`);
    return EXIT.data;
  },
});

/** What is there to read; a line without an end is one that the camera is writing, or was when its power was cut. */
async function readEntries(directory: string): Promise<{ entries: WatchEntry[]; unreadable: number }> {
  const text = (await readFileAsIs(join(directory, WATCH_LOG_FILE))) ?? '';
  const lines = text.split('\n').slice(0, -1);
  const entries = lines.flatMap((line) => parseLine(line) ?? []);
  return { entries, unreadable: lines.length - entries.length };
}

function parseLine(line: string): WatchEntry | null {
  try {
    return parseWatchEntry(line).entry;
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/** @throws UsageError */
function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || count < 1) throw new UsageError('--tail needs a number from 1 on');
  return count;
}

function tableOf(records: readonly ViewingRecord[]): string {
  const rows = records.map(({ from, until, name, path, end }) => [
    ...[timeWords(from), until === null ? '' : timeWords(until)],
    ...[until === null ? '' : durationWords(Math.max(0, until - from)), name],
    ...[path ?? '', end === null ? 'not yet' : end.replaceAll('_', ' ')],
  ]);
  return formatTable(HEADINGS, rows);
}

function jsonOf({ from, until, ...rest }: ViewingRecord) {
  return { from: isoOf(from), until: isoOf(until), ...rest };
}

/** @throws StorageError where there is no key to check with. */
async function verify(context: CommandContext, directory: string, isJson: boolean): Promise<number> {
  const { clock, write } = context;
  const camera = await new StateDirectory(directory, clock).readIdentity();
  if (camera === null)
    throw new StorageError('incomplete', `there is no key in ${directory} to check the log with`);
  const report = await verifyWatchLogFile(join(directory, WATCH_LOG_FILE), camera);
  write(isJson ? JSON.stringify(report, null, 2) : reportWords(report));
  return report === null || report.fault === null ? EXIT.ok : EXIT.data;
}

function reportWords(report: WatchLogReport | null): string {
  if (report === null) return 'Nothing is written down yet.';
  const { entries, viewings, damages, oldest, newest, fault } = report;
  if (fault !== null) return `Line ${fault.line} is not as the camera wrote it: ${fault.code}.`;
  const span = oldest && newest ? `, from ${timeWords(oldest.at)} to ${timeWords(newest.at)}` : '';
  const found =
    damages === 0 ? '' : `\nThe camera itself found it damaged ${counted(damages, 'time')}, and went on.`;
  return `${counted(entries, 'entry', 'entries')} on ${counted(viewings, 'viewing')}${span}: all signed, none missing.${found}`;
}
