import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { icon } from '../ui/icons.ts';
import { baseStyles } from '../ui/shared-styles.ts';

/** The user wants to change an entry. */
export class AccessPickEvent extends Event {
  static readonly type = 'access-pick';
  constructor() {
    super(AccessPickEvent.type, { bubbles: true, composed: true });
  }
}

/** One line of the access list: who, how it stands, and what is known besides; a tap opens what can be done. */
@customElement('access-row')
export class AccessRow extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }
      .row {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        width: 100%;
        min-height: calc(var(--target) + var(--space-2));
        padding: var(--space-3) var(--space-3) var(--space-3) var(--space-4);
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        line-height: 1.3;
        text-align: start;
        touch-action: manipulation;
      }
      button.row {
        cursor: pointer;
      }
      button.row:hover,
      button.row:active {
        background: var(--surface-high);
      }
      .words {
        display: grid;
        flex: 1;
        gap: 0.125rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .name {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
        font-weight: var(--weight-bold);
      }
      em {
        padding: 0.0625rem var(--space-2);
        border-radius: var(--radius-full);
        background: var(--accent-wash);
        color: var(--accent-text);
        font-size: var(--text-xs);
        font-style: normal;
        font-weight: var(--weight-medium);
      }
      .state {
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      .state.live {
        color: var(--good);
        font-weight: var(--weight-medium);
      }
      .state.live::before {
        content: "";
        display: inline-block;
        width: 0.5625rem;
        height: 0.5625rem;
        margin-inline-end: var(--space-2);
        border-radius: var(--radius-full);
        background: currentColor;
      }
      .over .name,
      .over .state,
      small {
        color: var(--text-quiet);
      }
      small {
        font-size: var(--text-xs);
      }
      small span {
        display: inline-block;
      }
      small span:not(:last-child)::after {
        content: " ·";
        white-space: pre;
        margin-inline-end: 0.25em;
      }
      .icon {
        color: var(--text-quiet);
      }
      :host(:dir(rtl)) .icon {
        scale: -1 1;
      }
    `,
  ];

  @property() name = '';
  /** How it stands, in words. */
  @property() stateWords = '';
  @property() tone: 'live' | 'quiet' | 'over' = 'quiet';
  /** What else is known. */
  @property({ attribute: false }) details: readonly string[] = [];
  /** A word that sets it apart, as in `This phone`; empty for none. */
  @property() tag = '';
  /** Whether there is nothing to be done with it. */
  @property({ type: Boolean }) plain = false;

  override render() {
    const words = html`<span class=${this.tone === 'over' ? 'words over' : 'words'}>
      <span class="name">${this.name}${this.tag ? html`<em>${this.tag}</em>` : nothing}</span>
      <span class="state ${this.tone}">${this.stateWords}</span>
      <small>${this.details.map((detail) => html`<span>${detail}</span>`)}</small>
    </span>`;
    return this.plain
      ? html`<div class="row">${words}</div>`
      : html`<button class="row" type="button" @click=${() => this.dispatchEvent(new AccessPickEvent())}>
          ${words}${icon('forward')}
        </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'access-row': AccessRow;
  }
}
