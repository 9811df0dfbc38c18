/** What a check came to. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** What is so, in a sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Words for findings about one subject. */
export function findingsOn(subject: string) {
  const say =
    (verdict: Finding['verdict']) =>
    (text: string, remedy?: string): Finding => ({
      ...{ subject, verdict, text },
      ...(remedy === undefined ? {} : { remedy }),
    });
  return { ok: say('ok'), warn: say('warn'), fail: say('fail') };
}
