import { css } from 'lit';

/** Pages that are a list: sections of rows on one surface each, and what can be done below, always in reach. */
export const listPageStyles = css`
  .groups {
    display: grid;
    gap: var(--space-5);
  }
  section {
    display: grid;
    gap: var(--space-2);
    min-width: 0;
  }
  section h2 {
    color: var(--text-quiet);
    font-size: var(--text-s);
    font-weight: var(--weight-medium);
    letter-spacing: 0;
  }
  ul {
    margin: 0;
    padding: 0;
    overflow: hidden;
    border: var(--line-width) solid var(--line);
    border-radius: var(--radius-m);
    background: var(--surface);
    list-style: none;
  }
  li + li {
    border-top: var(--line-width) solid var(--line);
  }
  .notice {
    padding: var(--space-3) var(--space-4);
    border-radius: var(--radius-m);
    background: var(--accent-wash);
    font-size: var(--text-s);
    line-height: 1.35;
  }
  .fill {
    align-content: center;
  }
`;
