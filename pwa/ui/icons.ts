import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { LaterIconName } from './later-icons.ts';

/** The names of all drawings; those of `later-icons.ts` come with the parts of the app that use them. */
export type IconName = keyof typeof drawings | LaterIconName;

/** One line drawing, 24 px square, in the colour of the text around it; hidden from a screen reader. */
export function icon(name: IconName): TemplateResult {
  return html`<svg
    class="icon"
    width="24"
    height="24"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.9"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${known[name] ?? nothing}
  </svg>`;
}

/** Takes in the drawings of a part that was loaded later. */
export function addDrawings(drawn: Readonly<Record<LaterIconName, SVGTemplateResult>>): void {
  Object.assign(known, drawn);
}

const drawings = {
  back: svg`<path d="M14.5 5 7.5 12l7 7" />`,
  close: svg`<path d="m6 6 12 12M18 6 6 18" />`,
  scan: svg`<path d="M4 8.5V6a2 2 0 0 1 2-2h2.5M15.5 4H18a2 2 0 0 1 2 2v2.5M20 15.5V18a2 2 0 0 1-2 2h-2.5M8.5 20H6a2 2 0 0 1-2-2v-2.5M7.5 12h9" />`,
  plus: svg`<path d="M12 5v14M5 12h14" />`,
  key: svg`<circle cx="8" cy="8.5" r="4.5" /><path d="m11.3 11.8 8.2 8.2M16 16.5l2.5-2.5" />`,
  more: svg`<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="3.2" />`,
  snapshot: svg`<path d="M4 8.5a2 2 0 0 1 2-2h1.7l1.3-2h6l1.3 2H18a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z" /><circle cx="12" cy="12.7" r="3.3" />`,
  fullScreen: svg`<path d="M9 4H4v5M15 4h5v5M20 15v5h-5M9 20H4v-5" />`,
  fullScreenOff: svg`<path d="M4 9h5V4M20 9h-5V4M15 20v-5h5M9 20v-5H4" />`,
  settings: svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9" /><circle cx="15" cy="7" r="2" /><circle cx="9" cy="17" r="2" />`,
  retry: svg`<path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.8 3.8v4.4h-4.4" />`,
  check: svg`<path d="m5 12.5 4.7 4.7L19 7.5" />`,
} satisfies Record<string, SVGTemplateResult>;

const known: Partial<Record<IconName, SVGTemplateResult>> = { ...drawings };
