import type { RecordStore } from '../storage/record-store.ts';
import { type LoanRecord, parseLoanRecord } from './loan-record.ts';

/** The looks lent from this phone that nobody has used yet, by id: what is to be sent, and what is shown again. */
export class LoanStore {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /**
   * Those whose link can still be opened at `nowS`, a NumericDate. All others are deleted, and with them their secrets;
   * as is what cannot be read.
   * @throws StorageError `storage_failed`
   */
  async list(nowS: number): Promise<LoanRecord[]> {
    const loans: LoanRecord[] = [];
    for (const name of await this.#records.names()) {
      const loan = parseLoanRecord(await this.#records.read(name));
      if (loan?.id === name && loan.openUntil > nowS) loans.push(loan);
      else await this.remove(name);
    }
    return loans;
  }

  /** @throws StorageError `storage_failed` */
  write(loan: LoanRecord): Promise<void> {
    return this.#records.write(loan.id, structuredClone(loan));
  }

  /** @throws StorageError `storage_failed` */
  remove(id: string): Promise<void> {
    return this.#records.remove(id);
  }
}
