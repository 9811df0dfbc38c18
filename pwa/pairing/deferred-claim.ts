import { Subject } from '../state/observable.ts';
import type { Claim, ClaimState } from './claim-state.ts';

/** A claim whose code is still to be loaded; without it there can be none. */
export class DeferredClaim implements Claim {
  readonly state = new Subject<ClaimState>({ type: 'claiming', step: 'key' });
  #claim: Claim | null = null;

  constructor(loading: Promise<Claim>) {
    loading.then(
      (claim) => this.#adopt(claim),
      () => this.state.set({ type: 'failed', code: 'rendezvous_offline' }),
    );
  }

  enterCode(code: string): void {
    this.#claim?.enterCode(code);
  }

  #adopt(claim: Claim): void {
    this.#claim = claim;
    this.state.set(claim.state.value);
    claim.state.subscribe((state) => this.state.set(state));
  }
}
