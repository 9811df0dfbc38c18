import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { icon } from './icons.ts';
import { baseStyles } from './shared-styles.ts';

/** What happens one after another, in words: what is done, what is under way, what is still to come. */
@customElement('lk-steps')
export class StepsElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }
      ol {
        display: grid;
        gap: var(--space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 1.75rem 1fr;
        align-items: center;
        gap: var(--space-3);
        min-height: 1.75rem;
        color: var(--steps-quiet, var(--text-quiet));
        line-height: 1.25;
      }
      .now {
        color: var(--steps-text, var(--text));
        font-weight: var(--weight-bold);
      }
      .dot {
        display: grid;
        place-items: center;
        width: 1.75rem;
        height: 1.75rem;
        border: 2px solid currentColor;
        border-radius: var(--radius-full);
      }
      .todo .dot {
        border-style: dotted;
      }
      .done .dot {
        border-color: var(--accent);
        background: var(--accent);
        color: var(--on-accent);
      }
      .dot .icon {
        width: 1.125rem;
        height: 1.125rem;
        stroke-width: 3;
      }
      .now .dot {
        border-color: var(--accent);
      }
      .now .dot::after {
        content: "";
        width: 0.625rem;
        height: 0.625rem;
        border-radius: var(--radius-full);
        background: var(--accent);
        animation: breathe 1.2s ease-in-out infinite alternate;
      }
      @keyframes breathe {
        to {
          transform: scale(0.5);
          opacity: 0.6;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .now .dot::after {
          animation: none;
        }
      }
    `,
  ];

  /** The words of every step, in order. */
  @property({ attribute: false }) steps: readonly string[] = [];
  /** Index of the step under way; `steps.length` when all are done. */
  @property({ type: Number }) current = 0;

  override render() {
    return html`<ol>
      ${this.steps.map((step, index) => this.#renderStep(step, index))}
    </ol>`;
  }

  #renderStep(step: string, index: number) {
    const phase = index < this.current ? 'done' : index === this.current ? 'now' : 'todo';
    return html`<li class=${phase} aria-current=${phase === 'now' ? 'step' : nothing}>
      <span class="dot">${phase === 'done' ? icon('check') : nothing}</span>
      <span>${step}${phase === 'done' ? html`<span class="visually-hidden">, done</span>` : nothing}</span>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-steps': StepsElement;
  }
}
