/** Gathers the first line that arrives, and no more than `maxBytes` of it. */
export class LineReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes: the line without its end once it is whole, `too_large`, or null while there is more to come. */
  push(chunk: Buffer): { readonly line: string; readonly isLast: boolean } | 'too_large' | null {
    const end = chunk.indexOf('\n');
    const part = end < 0 ? chunk : chunk.subarray(0, end);
    this.#length += part.length;
    if (this.#length > this.#maxBytes) return 'too_large';
    this.#chunks.push(part);
    if (end < 0) return null;
    return { line: Buffer.concat(this.#chunks).toString('utf8'), isLast: end === chunk.length - 1 };
  }
}
