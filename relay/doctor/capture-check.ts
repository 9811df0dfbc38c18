import type { CaptureFormat } from '../capture/capture.ts';
import { CaptureError } from '../capture/capture-error.ts';
import { tryCapture } from '../capture/open-capture.ts';
import { withoutLogin } from '../capture/sources/parse-source.ts';
import { type Finding, findingsOn } from './finding.ts';

const { ok, fail } = findingsOn('picture');

/** Whether the source can give a picture, as far as that can be told beside a camera that uses it. */
export async function checkSource(
  { source, format }: { readonly source: string; readonly format: CaptureFormat },
  options: { readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  try {
    await tryCapture(source, format, options);
    return [ok(`${withoutLogin(source)} can be opened.`)];
  } catch (error) {
    if (error instanceof CaptureError)
      return [fail(`${withoutLogin(source)} cannot be used.`, error.message)];
    throw error;
  }
}
