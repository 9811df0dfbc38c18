import { css } from 'lit';

/** How a page fills the phone: one column, the actions at the lower edge where the thumb is. */
export const pageStyles = css`
  :host {
    display: block;
    min-height: 100dvh;
    background: radial-gradient(120% 60% at 50% 0%, var(--ground-glow), transparent 70%) var(--ground);
  }
  main {
    display: flex;
    flex-direction: column;
    gap: var(--space-5);
    max-width: calc(var(--measure) + 2 * var(--gutter));
    min-height: 100dvh;
    margin: 0 auto;
    padding: calc(var(--space-4) + var(--safe-top)) calc(var(--gutter) + var(--safe-right))
      calc(var(--space-4) + var(--safe-bottom)) calc(var(--gutter) + var(--safe-left));
  }
  @media (max-height: 36rem) {
    main {
      gap: var(--space-4);
      padding-top: calc(var(--space-3) + var(--safe-top));
      padding-bottom: calc(var(--space-2) + var(--safe-bottom));
    }
  }
  .fill {
    flex: 1;
  }
  .actions {
    display: grid;
    gap: var(--space-2);
    margin-top: auto;
  }
  .stack {
    display: grid;
    gap: var(--space-3);
  }
`;
