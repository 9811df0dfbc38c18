import { type SVGTemplateResult, svg } from 'lit';
import { addDrawings } from './icons.ts';

/** The names of the drawings in this file. */
export type LaterIconName = keyof typeof drawings;

const drawings = {
  forward: svg`<path d="m9.5 5 7 7-7 7" />`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1" />`,
  people: svg`<circle cx="9" cy="8.5" r="3.5" /><path d="M3 19.5c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M15.5 5.3a3.5 3.5 0 0 1 0 6.4M17.5 14.3c2.2.7 3.5 2.6 3.5 5.2" />`,
  history: svg`<path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.2 3.8v4.4h4.4M12 8v4.3l3 1.8" />`,
  hourglass: svg`<path d="M7 3.5h10M7 20.5h10M8 3.5V7l4 5-4 5v3.5M16 3.5V7l-4 5 4 5v3.5" />`,
  eye: svg`<path d="M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12z" /><circle cx="12" cy="12" r="2.8" />`,
  torch: svg`<path d="M8 3h8v3l-2 3v10a2 2 0 0 1-4 0V9L8 6zM8 6h8M12 12.5v1.5" />`,
  photo: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="3" /><circle cx="9" cy="10" r="1.6" /><path d="m4.5 17.5 4.7-4 3.3 2.7 3.2-3.2 4.3 4" />`,
  warning: svg`<path d="M12 4 2.8 19.5h18.4zM12 10v4.2M12 17v.01" />`,
  info: svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 11.2v5M12 8v.01" />`,
  share: svg`<path d="M12 14.5V3.5M8.2 7 12 3.3 15.8 7M7.5 10.5H6a1.5 1.5 0 0 0-1.5 1.5v7A1.5 1.5 0 0 0 6 20.5h12a1.5 1.5 0 0 0 1.5-1.5v-7a1.5 1.5 0 0 0-1.5-1.5h-1.5" />`,
  addToHome: svg`<rect x="4" y="4" width="16" height="16" rx="4" /><path d="M12 8.5v7M8.5 12h7" />`,
  install: svg`<path d="M12 4v10.5M7.8 10.5 12 14.7l4.2-4.2M5 19.5h14" />`,
  copy: svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2.5" /><path d="M15.5 5.8A2.5 2.5 0 0 0 13.2 4.5H7A2.5 2.5 0 0 0 4.5 7v6.2a2.5 2.5 0 0 0 1.3 2.3" />`,
  pulse: svg`<path d="M3.5 12.5h4l2.5-6 4 11 2.5-5h4" />`,
  power: svg`<path d="M12 4v7.5M7.5 7.2a7 7 0 1 0 9 0" />`,
  rename: svg`<path d="M14.5 6 18 9.5 8.5 19H5v-3.5zM12.5 8l3.5 3.5" />`,
  trash: svg`<path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5" />`,
  sound: svg`<path d="M4.5 9.5v5h3l4.5 4v-13l-4.5 4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11" />`,
  microphone: svg`<rect x="9" y="3.5" width="6" height="10.5" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.8M9 20.8h6" />`,
  screen: svg`<rect x="3.5" y="5" width="17" height="11.5" rx="2" /><path d="M9 20h6M12 16.5V20" />`,
  video: svg`<rect x="3" y="6.5" width="12" height="11" rx="2.5" /><path d="m15 11 5.5-3.5v9L15 13" />`,
} satisfies Record<string, SVGTemplateResult>;

addDrawings(drawings);
