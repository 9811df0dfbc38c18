import type { PairingDisplay } from '../pairing/claiming.ts';

/** A screen that remembers what it was told to show, oldest first. */
export class TestDisplay implements PairingDisplay {
  readonly links: string[] = [];
  readonly claims: [string, string][] = [];
  readonly confirmations: [string, string][] = [];
  readonly ownersAdded: string[] = [];
  readonly watching: (readonly string[])[] = [];
  timesOwned = 0;

  showInvite(link: string): void {
    this.links.push(link);
  }

  showWatching(names: readonly string[]): void {
    this.watching.push(names);
  }

  showClaimed(phoneName: string, checkCode: string): void {
    this.claims.push([phoneName, checkCode]);
  }

  showConfirmation(phoneName: string, code: string): void {
    this.confirmations.push([phoneName, code]);
  }

  showOwnerAdded(phoneName: string): void {
    this.ownersAdded.push(phoneName);
  }

  showOwned(): void {
    this.timesOwned += 1;
  }
}
