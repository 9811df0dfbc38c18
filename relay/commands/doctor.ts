import { checksFor } from '../doctor/checks.ts';
import { diagnose } from '../doctor/diagnose.ts';
import type { Finding } from '../doctor/finding.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './exit-code.ts';

/** Brokers that do not answer take the longest: two rounds of eight seconds, and a message. */
const LIMIT_MS = 30_000;
const SUBJECT_WIDTH = 16;

const description =
  'Looks at everything the camera needs, from this Node to the way between phones and camera, and ' +
  'says what to do about what is wrong. Changes nothing, and may be said while the camera runs. ' +
  'Ends with 1 where something is wrong.';

/** `latchkey doctor` */
export const doctor = defineCommand({
  operands: [],
  options: { json: { type: 'boolean', meaning: 'for programs' } },
  description,
  async run({ env, clock, write }, { options }) {
    const report = options.json ? () => undefined : (finding: Finding) => write(linesOf(finding));
    const signal = AbortSignal.timeout(LIMIT_MS);
    const findings = await diagnose(checksFor(env, clock), { signal, report });
    if (options.json) write(JSON.stringify(findings, null, 2));
    return findings.some(({ verdict }) => verdict === 'fail') ? EXIT.no : EXIT.ok;
  },
});

function linesOf({ verdict, subject, text, remedy }: Finding): string {
  const line = `${verdict.padEnd(4)}  ${subject.padEnd(SUBJECT_WIDTH)}  ${text}`;
  return remedy === undefined ? line : `${line}\n${' '.repeat(SUBJECT_WIDTH + 8)}${remedy}`;
}
