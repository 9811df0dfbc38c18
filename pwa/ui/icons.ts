import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

/** The names of the drawings in this file. */
export type IconName = keyof typeof drawings;

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
    ${drawings[name]}
  </svg>`;
}

const drawings = {
  back: svg`<path d="M14.5 5 7.5 12l7 7" />`,
  forward: svg`<path d="m9.5 5 7 7-7 7" />`,
  close: svg`<path d="m6 6 12 12M18 6 6 18" />`,
  scan: svg`<path d="M4 8.5V6a2 2 0 0 1 2-2h2.5M15.5 4H18a2 2 0 0 1 2 2v2.5M20 15.5V18a2 2 0 0 1-2 2h-2.5M8.5 20H6a2 2 0 0 1-2-2v-2.5M7.5 12h9" />`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1" />`,
  plus: svg`<path d="M12 5v14M5 12h14" />`,
  more: svg`<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="3.2" />`,
  torch: svg`<path d="M8 3h8v3l-2 3v10a2 2 0 0 1-4 0V9L8 6zM8 6h8M12 12.5v1.5" />`,
  photo: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="3" /><circle cx="9" cy="10" r="1.6" /><path d="m4.5 17.5 4.7-4 3.3 2.7 3.2-3.2 4.3 4" />`,
  sound: svg`<path d="M4.5 9.5v5h3l4.5 4v-13l-4.5 4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11" />`,
  muted: svg`<path d="M4.5 9.5v5h3l4.5 4v-13l-4.5 4zM16 9.5l5 5M21 9.5l-5 5" />`,
  snapshot: svg`<path d="M4 8.5a2 2 0 0 1 2-2h1.7l1.3-2h6l1.3 2H18a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z" /><circle cx="12" cy="12.7" r="3.3" />`,
  fullScreen: svg`<path d="M9 4H4v5M15 4h5v5M20 15v5h-5M9 20H4v-5" />`,
  fullScreenOff: svg`<path d="M4 9h5V4M20 9h-5V4M15 20v-5h5M9 20v-5H4" />`,
  retry: svg`<path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.8 3.8v4.4h-4.4" />`,
  check: svg`<path d="m5 12.5 4.7 4.7L19 7.5" />`,
  warning: svg`<path d="M12 4 2.8 19.5h18.4zM12 10v4.2M12 17v.01" />`,
  info: svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 11.2v5M12 8v.01" />`,
  share: svg`<path d="M12 14.5V3.5M8.2 7 12 3.3 15.8 7M7.5 10.5H6a1.5 1.5 0 0 0-1.5 1.5v7A1.5 1.5 0 0 0 6 20.5h12a1.5 1.5 0 0 0 1.5-1.5v-7a1.5 1.5 0 0 0-1.5-1.5h-1.5" />`,
  addToHome: svg`<rect x="4" y="4" width="16" height="16" rx="4" /><path d="M12 8.5v7M8.5 12h7" />`,
  install: svg`<path d="M12 4v10.5M7.8 10.5 12 14.7l4.2-4.2M5 19.5h14" />`,
  copy: svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2.5" /><path d="M15.5 5.8A2.5 2.5 0 0 0 13.2 4.5H7A2.5 2.5 0 0 0 4.5 7v6.2a2.5 2.5 0 0 0 1.3 2.3" />`,
  rename: svg`<path d="M14.5 6 18 9.5 8.5 19H5v-3.5zM12.5 8l3.5 3.5" />`,
  trash: svg`<path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5" />`,
} satisfies Record<string, SVGTemplateResult>;
