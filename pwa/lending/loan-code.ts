import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { encode } from 'uqr';
import { baseStyles } from '../ui/shared-styles.ts';

/** Light modules around a code, which readers need to find it (ISO/IEC 18004 §9.1). */
const QUIET_ZONE = 4;

/** A link as a QR code, dark on white whatever the page's colours, for another phone to read off this one. */
@customElement('loan-code')
export class LoanCode extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        overflow: hidden;
        aspect-ratio: 1;
        border-radius: var(--radius-l);
        background: #fff;
        forced-color-adjust: none;
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
      }
    `,
  ];

  @property() link = '';

  override render() {
    const { data, size } = encode(this.link, { ecc: 'L', border: QUIET_ZONE });
    return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="The link as a code, to be scanned" shape-rendering="crispEdges">
      <path fill="#000" d=${drawModules(data)} />
    </svg>`;
  }
}

/** A path of one stroke for each run of dark modules in a row. */
function drawModules(rows: readonly (readonly boolean[])[]): string {
  return rows.flatMap((row, y) => drawRow(row, y)).join('');
}

function drawRow(row: readonly boolean[], y: number): string[] {
  const runs: string[] = [];
  for (let x = 0; x < row.length; x += 1) {
    if (row[x] !== true) continue;
    const start = x;
    while (row[x + 1] === true) x += 1;
    runs.push(`M${start} ${y}h${x - start + 1}v1H${start}z`);
  }
  return runs;
}

declare global {
  interface HTMLElementTagNameMap {
    'loan-code': LoanCode;
  }
}
