import { checksFor } from '../doctor/checks.ts';
import { type Check, diagnose } from '../doctor/diagnose.ts';
import type { Finding } from '../doctor/finding.ts';
import { hardwareChecksFor } from '../doctor/hardware/hardware-checks.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './exit-code.ts';

/** Brokers that do not answer take the longest: two rounds of eight seconds, and a message. */
const LIMIT_MS = 30_000;
/** Opening, and some ten trials of a few seconds each. */
const HARDWARE_LIMIT_MS = 120_000;
const SUBJECT_WIDTH = 16;

const description =
  'Looks at everything the camera needs, from this Node to the way between phones and camera, and ' +
  'says what to do about what is wrong. Changes nothing, and may be said while the camera runs. ' +
  'Ends with 1 where something is wrong. With --hardware it tries out the camera itself instead, ' +
  'for about half a minute: opens it, changes bitrate and size, asks for keyframes, takes a snapshot, ' +
  'lights the light. Nothing else may have the camera meanwhile.';

/** `latchkey doctor` */
export const doctor = defineCommand({
  operands: [],
  options: {
    json: { type: 'boolean', meaning: 'for programs' },
    hardware: { type: 'boolean', meaning: 'opens the camera and tries it out' },
  },
  description,
  async run({ env, clock, write }, { options }) {
    const report = options.json ? () => undefined : (finding: Finding) => write(linesOf(finding));
    const findings = options.hardware
      ? await look(hardwareChecksFor(env, clock), HARDWARE_LIMIT_MS, report)
      : await look(checksFor(env, clock), LIMIT_MS, report);
    if (options.json) write(JSON.stringify(findings, null, 2));
    return findings.some(({ verdict }) => verdict === 'fail') ? EXIT.no : EXIT.ok;
  },
});

/** The clock's timers keep no process alive, and some checks wait for nothing else. */
async function look(
  checks: readonly Check[],
  limitMs: number,
  report: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    return await diagnose(checks, { signal: limit.signal, report });
  } finally {
    clearTimeout(timer);
  }
}

function linesOf({ verdict, subject, text, remedy }: Finding): string {
  const line = `${verdict.padEnd(4)}  ${subject.padEnd(SUBJECT_WIDTH)}  ${text}`;
  return remedy === undefined ? line : `${line}\n${' '.repeat(SUBJECT_WIDTH + 8)}${remedy}`;
}
