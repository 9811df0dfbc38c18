import { type AccessEntry, type DownMessage, MAX_LISTED } from '#shared/down-message.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import type { MessageBody } from '#shared/message.ts';
import type { Refusal } from '#shared/verdicts.ts';

/** When everything in a fake list happened, NumericDate. */
const AT = 1_893_456_000;

/** An answer before it is said which request it answers. */
type Unaddressed<M> = M extends { readonly type: infer T; readonly body: infer B }
  ? { readonly type: T; readonly body: Omit<B, 'rq'> }
  : never;

type AccessAnswer = Unaddressed<Extract<DownMessage, { type: 'lent' | 'done' | 'listed' | 'refused' }>>;

/** The access list of a fake camera: does as it is told, unless a test has it refuse. */
export class FakeAccess {
  entries: AccessEntry[] = [];
  revision = 1;
  /** What every change is refused with. */
  refusal: Refusal | null = null;
  /** What was lent, each time it was asked for. */
  readonly lends: MessageBody<'lend'>[] = [];
  /** What was to be changed and taken back, each time it was asked for. */
  readonly changes: (MessageBody<'amend'> | MessageBody<'revoke'>)[] = [];

  async lend(body: MessageBody<'lend'>, camera: string): Promise<AccessAnswer> {
    this.lends.push(body);
    if (this.refusal !== null) return this.#refuse(this.refusal);
    const id = await deriveInviteId(body.secret, camera);
    if (!this.#has(id)) this.change([...this.entries, toInvite(id, body)]);
    return { type: 'lent', body: { id } };
  }

  list({ after }: MessageBody<'list'>): AccessAnswer {
    const start = after === null ? 0 : this.entries.findIndex(({ id }) => id === after) + 1;
    const entries = this.entries.slice(start, start + MAX_LISTED);
    const isLast = start + entries.length >= this.entries.length;
    const next = isLast ? null : (entries.at(-1)?.id ?? null);
    return { type: 'listed', body: { entries, next, revision: this.revision } };
  }

  revoke(body: MessageBody<'revoke'>): AccessAnswer {
    this.changes.push(body);
    if (this.refusal !== null) return this.#refuse(this.refusal);
    if (!this.#has(body.id)) return this.#refuse('not_found');
    this.change(this.entries.filter(({ id }) => id !== body.id));
    return { type: 'done', body: {} };
  }

  amend(body: MessageBody<'amend'>): AccessAnswer {
    this.changes.push(body);
    if (this.refusal !== null) return this.#refuse(this.refusal);
    if (!this.#has(body.id)) return this.#refuse('not_found');
    const { nonce: _nonce, ...change } = body;
    this.change(
      this.entries.map((entry) => (entry.id === body.id ? Object.assign({ ...entry }, change) : entry)),
    );
    return { type: 'done', body: {} };
  }

  /** Replaces the list by another one. */
  change(entries: AccessEntry[]): void {
    this.entries = entries;
    this.revision += 1;
  }

  /** Somebody's phone opens the link. */
  take(id: string, device = 'Pixel 9'): void {
    this.change(this.entries.map((entry) => (entry.id === id ? buildGrant({ id, device }) : entry)));
  }

  #has(id: string): boolean {
    return this.entries.some((entry) => entry.id === id);
  }

  #refuse(code: Refusal): AccessAnswer {
    return { type: 'refused', body: { code } };
  }
}

/** A guest's line in the list. */
export function buildGrant(
  changes: Partial<Extract<AccessEntry, { kind: 'grant' }>> = {},
): Extract<AccessEntry, { kind: 'grant' }> {
  return {
    ...{ kind: 'grant', id: 'g'.repeat(22), name: 'Anna', scope: ['watch'], nbf: null, exp: AT + 3_600 },
    ...{ hours: null, by: null, at: AT, device: 'Pixel 9', seen: null, watching: 0, is_own: false },
    ...changes,
  };
}

function toInvite(id: string, body: MessageBody<'lend'>): AccessEntry {
  const { name, scope, nbf, exp, duration, hours, open_until } = body;
  const terms = { name, scope, nbf, exp, duration, hours, open_until };
  return { kind: 'invite', id, ...terms, by: null, at: AT, is_confirming: false };
}
