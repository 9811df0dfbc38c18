import { css } from 'lit';

/** What the pages about one camera have in common besides lists: groups of questions on one surface each. */
export const controlStyles = css`
  .group {
    display: grid;
    gap: var(--space-4);
    padding: var(--space-2) var(--space-4);
    border: var(--line-width) solid var(--line);
    border-radius: var(--radius-m);
    background: var(--surface);
  }
  .group > lk-chips,
  .group > hours-field {
    margin-block: var(--space-2);
  }
  .group > hr {
    width: 100%;
    height: 0;
    margin: 0;
    border: 0;
    border-top: var(--line-width) solid var(--line);
  }
  section > p {
    line-height: 1.4;
  }
`;
