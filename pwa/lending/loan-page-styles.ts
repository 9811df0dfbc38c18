import { css } from 'lit';

/** The code as large as the phone allows, and beneath it what has become of the link. */
export const loanPageStyles = css`
  main {
    gap: var(--space-4);
  }
  .offer {
    display: grid;
    gap: var(--space-1);
    min-height: 3.5rem;
  }
  loan-code {
    width: min(100%, 21rem, 44dvh);
    margin: 0 auto;
    transition: opacity var(--time-slow) var(--ease);
  }
  .pale {
    opacity: 0.5;
  }
  .fate {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-4);
    border: var(--line-width) solid var(--line);
    border-radius: var(--radius-m);
    background: var(--surface);
    line-height: 1.35;
  }
  .fate .icon {
    color: var(--accent-text);
  }
  .fate strong {
    display: block;
    font-weight: var(--weight-bold);
    overflow-wrap: anywhere;
  }
  .fate small {
    color: var(--text-quiet);
    font-size: var(--text-s);
  }
  .end {
    display: grid;
    flex: 1;
    align-content: center;
  }
  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(9rem, 100%), 1fr));
    gap: var(--space-2);
  }
  .link {
    overflow-wrap: anywhere;
    user-select: all;
    -webkit-user-select: all;
  }
`;
