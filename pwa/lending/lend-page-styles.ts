import { css } from 'lit';

/** The page on which somebody lends: questions from the top, the one button that stays in reach below. */
export const lendPageStyles = css`
  .who {
    display: grid;
    gap: var(--space-1);
  }
  .names {
    display: flex;
    margin-inline: calc(-1 * var(--gutter));
    padding-inline: var(--gutter);
    overflow-x: auto;
    scrollbar-width: none;
  }
  .names button {
    flex: none;
    min-width: var(--target-small);
    min-height: var(--target-small);
    padding: 0;
    padding-inline-end: var(--space-2);
    border: 0;
    background: none;
    color: var(--accent-text);
    font: inherit;
    font-size: var(--text-s);
    font-weight: var(--weight-medium);
    cursor: pointer;
    touch-action: manipulation;
  }
  .names span {
    display: block;
    max-width: 11rem;
    padding: var(--space-2) var(--space-3);
    overflow: hidden;
    border-radius: var(--radius-full);
    background: var(--accent-wash);
    line-height: 1.2;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .panel {
    display: grid;
    gap: var(--space-4);
  }
  .rights {
    border: var(--line-width) solid var(--line);
    border-radius: var(--radius-m);
    background: var(--surface);
  }
  .summary {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3);
    width: 100%;
    min-height: calc(var(--target) + var(--space-2));
    padding: var(--space-2) var(--space-4);
    border: 0;
    border-radius: inherit;
    background: none;
    color: inherit;
    font: inherit;
    line-height: 1.3;
    text-align: start;
    cursor: pointer;
    touch-action: manipulation;
  }
  .summary small {
    display: block;
    color: var(--text-quiet);
    font-size: var(--text-s);
  }
  .summary .icon {
    color: var(--text-quiet);
    rotate: 90deg;
    transition: rotate var(--time-fast) var(--ease);
  }
  [aria-expanded="true"] .icon {
    rotate: -90deg;
  }
  #rights {
    padding: 0 var(--space-4) var(--space-2);
  }
`;
