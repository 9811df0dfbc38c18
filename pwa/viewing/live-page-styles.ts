import { css } from 'lit';

/** The picture from edge to edge, everything else over it in two shaded strips. */
export const livePageStyles = css`
  :host {
    position: fixed;
    inset: 0;
    display: block;
    background: var(--picture-ground);
    color: var(--on-glass);
    color-scheme: dark;
  }
  lk-picture {
    position: absolute;
    inset: 0;
  }
  .overlay {
    position: absolute;
    inset: 0;
    display: grid;
    grid-template-rows: auto minmax(auto, 1fr) auto;
    overflow: auto;
    pointer-events: none;
    transition: opacity var(--time-slow) var(--ease);
  }
  .overlay > * {
    pointer-events: auto;
  }
  .overlay > .middle {
    pointer-events: none;
  }
  .middle > * {
    pointer-events: auto;
  }
  .quiet-time {
    opacity: 0;
  }
  .quiet-time > *,
  .quiet-time .middle > * {
    pointer-events: none;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
    padding: calc(var(--space-3) + var(--safe-top)) calc(var(--space-4) + var(--safe-right)) var(--space-6)
      calc(var(--space-4) + var(--safe-left));
    background: linear-gradient(to bottom, var(--shade-strong), transparent);
  }
  .title {
    flex: 1 1 8rem;
    min-width: 0;
  }
  header .left {
    margin-inline-start: auto;
    padding: var(--space-1) var(--space-3);
    border-radius: var(--radius-full);
    background: var(--glass);
    color: var(--on-glass);
    font-variant-numeric: tabular-nums;
    font-weight: var(--weight-medium);
  }
  h1 {
    overflow: hidden;
    font-size: var(--text-m);
    font-weight: var(--weight-bold);
    letter-spacing: -0.005em;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  header p {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    color: var(--on-glass-quiet);
    font-size: var(--text-s);
    line-height: 1.3;
  }
  header i {
    flex: none;
    width: 0.5625rem;
    height: 0.5625rem;
    border: 2px solid var(--lens-ring);
    border-radius: var(--radius-full);
  }
  .live i {
    border-color: var(--on-glass-good);
    background: var(--on-glass-good);
  }
  .ended i {
    border-color: var(--on-glass-bad);
  }
  .connecting i,
  .reconnecting i {
    animation: breathe 0.9s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      background: var(--lens-ring);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .connecting i,
    .reconnecting i {
      animation: none;
    }
  }
  .middle {
    display: grid;
    align-content: center;
    justify-items: center;
    padding: 0 calc(var(--space-4) + var(--safe-right)) 0 calc(var(--space-4) + var(--safe-left));
  }
  lk-steps {
    --steps-text: var(--on-glass);
    --steps-quiet: var(--on-glass-quiet);
    padding: var(--space-5);
    border-radius: var(--radius-l);
  }
  lk-check-banner {
    align-self: start;
    width: 100%;
    max-width: 24rem;
  }
  .middle:has(lk-check-banner) {
    align-content: start;
  }
  section {
    display: grid;
    gap: var(--space-3);
    max-width: 22rem;
    text-align: center;
    text-wrap: balance;
  }
  section h2 {
    font-size: var(--text-xl);
    font-weight: var(--weight-heavy);
  }
  section p {
    color: var(--on-glass-quiet);
  }
  footer {
    display: grid;
    gap: var(--space-4);
    padding: var(--space-7) calc(var(--space-4) + var(--safe-right)) calc(var(--space-4) + var(--safe-bottom))
      calc(var(--space-4) + var(--safe-left));
    background: linear-gradient(to top, var(--shade-strong), transparent);
  }
  footer div {
    display: grid;
    grid-auto-columns: minmax(0, 7rem);
    grid-auto-flow: column;
    justify-content: center;
    justify-items: center;
    align-items: start;
  }
  .end-actions {
    display: grid;
    gap: var(--space-2);
    width: 100%;
    max-width: calc(var(--measure) + 2 * var(--gutter));
    margin: 0 auto;
    padding: 0 calc(var(--gutter) + var(--safe-right)) calc(var(--space-4) + var(--safe-bottom))
      calc(var(--gutter) + var(--safe-left));
  }
  .leave {
    --surface: transparent;
    --surface-high: var(--glass-press);
  }
  @media (orientation: landscape) and (max-height: 30rem) {
    header {
      padding-bottom: var(--space-2);
    }
    lk-steps {
      padding: 0;
    }
    footer {
      grid-auto-flow: column;
      justify-content: center;
      padding-top: var(--space-2);
      padding-bottom: calc(var(--space-2) + var(--safe-bottom));
    }
    .middle:has(lk-check-banner) {
      justify-items: end;
      margin-top: calc(-1 * var(--space-7));
    }
  }
`;
