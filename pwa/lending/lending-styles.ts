import { css } from 'lit';

/** What the pages about lending have in common: which camera it is about, what went wrong, the action in reach. */
export const lendingStyles = css`
  .bar-title {
    font-size: var(--text-m);
    font-weight: var(--weight-bold);
    letter-spacing: 0;
  }
  .bar-note {
    overflow: hidden;
    color: var(--text-quiet);
    font-size: var(--text-xs);
    font-weight: var(--weight-medium);
    line-height: 1.3;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .problem {
    color: var(--bad);
    font-size: var(--text-s);
    line-height: 1.35;
  }
  .sticky {
    position: sticky;
    bottom: 0;
    margin-inline: calc(-1 * var(--gutter));
    margin-bottom: calc(-1 * (var(--space-4) + var(--safe-bottom)));
    padding: var(--space-5) var(--gutter) calc(var(--space-4) + var(--safe-bottom));
    background: linear-gradient(to top, var(--ground) calc(100% - var(--space-5)), transparent);
    text-align: center;
    pointer-events: none;
  }
  .sticky > * {
    pointer-events: auto;
  }
`;
