import { errorCode } from '../log.ts';
import { type Finding, findingsOn } from './finding.ts';

/** One thing to look at. */
export interface Check {
  readonly subject: string;
  /** Must end when it is told to. */
  readonly look: (options: { readonly signal: AbortSignal }) => Promise<readonly Finding[]>;
}

/** Looks at everything at once, and reports in the order of the checks as soon as each is known. */
export async function diagnose(
  checks: readonly Check[],
  { signal, report }: { readonly signal: AbortSignal; readonly report: (finding: Finding) => void },
): Promise<readonly Finding[]> {
  const looking = checks.map((check) => lookAt(check, signal));
  const findings: Finding[] = [];
  for (const found of looking) {
    for (const finding of await found) {
      findings.push(finding);
      report(finding);
    }
  }
  return findings;
}

/** Never rejects: a check that fails is a finding, too. */
async function lookAt({ subject, look }: Check, signal: AbortSignal): Promise<readonly Finding[]> {
  try {
    return await look({ signal });
  } catch (error) {
    return [findingsOn(subject).fail(`Could not be looked at: ${errorCode(error)}.`)];
  }
}
