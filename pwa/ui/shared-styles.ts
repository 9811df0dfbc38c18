import { css } from 'lit';

/** What every element of ours starts from: boxes that include their border, a focus ring, hidden things hidden. */
export const baseStyles = css`
  :host {
    box-sizing: border-box;
    color: inherit;
  }
  :host([hidden]),
  [hidden] {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  :focus-visible {
    outline: var(--focus-width) solid var(--accent-text);
    outline-offset: 3px;
  }
  .icon {
    display: block;
    flex: none;
    width: 1.5rem;
    height: 1.5rem;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** How words look: one heading of a page, sections, body, small print. */
export const textStyles = css`
  h1,
  h2,
  p {
    margin: 0;
    text-wrap: pretty;
  }
  h1 {
    font-size: var(--text-xl);
    font-weight: var(--weight-heavy);
    line-height: 1.16;
    letter-spacing: -0.018em;
    text-wrap: balance;
  }
  h2 {
    font-size: var(--text-l);
    font-weight: var(--weight-bold);
    line-height: 1.25;
    letter-spacing: -0.01em;
  }
  .display {
    font-size: var(--text-xxl);
    line-height: var(--leading-tight);
    letter-spacing: -0.03em;
  }
  .quiet {
    color: var(--text-quiet);
  }
  .small {
    font-size: var(--text-s);
  }
`;
