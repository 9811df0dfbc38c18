import { css } from 'lit';

/** The app itself is only a frame: the page, and the toast over its top. */
export const appStyles = css`
  :host {
    display: block;
  }
  [data-page] {
    outline: none;
  }
  lk-toast {
    position: fixed;
    z-index: 1;
    inset: calc(var(--space-3) + var(--safe-top)) calc(var(--space-3) + var(--safe-right)) auto
      calc(var(--space-3) + var(--safe-left));
    max-width: var(--measure);
    margin: 0 auto;
  }
`;
