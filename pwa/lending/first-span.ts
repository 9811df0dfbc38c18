import type { WeeklyHours } from '#shared/weekly-hours.ts';

/** Weekly hours before anybody has said which; no day, so that none is chosen by mistake. */
export const FIRST_SPAN: WeeklyHours['spans'][number] = { days: [], from: 9 * 60, until: 12 * 60 };
