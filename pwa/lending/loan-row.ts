import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { NowController } from '../state/now-controller.ts';
import { ObserveController } from '../state/observe-controller.ts';
import { baseStyles } from '../ui/shared-styles.ts';
import './access-row.ts';
import type { Loan, LoanState } from './lending.ts';
import { loanText } from './loan-text.ts';

/** A look that the camera has not taken yet, among those that it has. */
@customElement('loan-row')
export class LoanRow extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }
    `,
  ];

  @property({ attribute: false }) loan: Loan | null = null;

  readonly #fate = new ObserveController<LoanState>(this);
  readonly #now = new NowController(this);

  protected override willUpdate(): void {
    this.#fate.observe(this.loan?.state ?? null);
  }

  override render() {
    const { loan } = this;
    const fate = this.#fate.value;
    if (loan === null || fate === null) return nothing;
    const { heading, sentence } = loanText(fate, loan.name, loan.openUntil, this.#now.nowS);
    return html`<access-row name=${loan.name} stateWords=${heading} .details=${[sentence]}></access-row>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'loan-row': LoanRow;
  }
}
