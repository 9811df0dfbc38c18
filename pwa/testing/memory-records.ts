import type { RecordStore } from '../storage/record-store.ts';

/** Storage within the page, with what a browser may do to it: `fault` is asked at each write. */
export class MemoryRecords implements RecordStore {
  readonly values = new Map<string, unknown>();
  /** What a write comes to; `lose` takes the value and does not keep it, an error is thrown. */
  fault: ((name: string) => 'lose' | Error | null) | null = null;

  async read(name: string): Promise<unknown> {
    return this.values.get(name);
  }

  async write(name: string, value: unknown): Promise<void> {
    const fault = this.fault?.(name) ?? null;
    if (fault instanceof Error) throw fault;
    if (fault === null) this.values.set(name, value);
  }

  async remove(name: string): Promise<void> {
    this.values.delete(name);
  }

  async names(): Promise<string[]> {
    return [...this.values.keys()];
  }
}
