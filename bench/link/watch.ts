import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { type StripScaling, watchFramesFor } from './clocked-frames.ts';
import type { TimedProfile } from './profiles.ts';
import type { UdpLink } from './udp-link.ts';
import type { Watched } from './watched.ts';

/** Smaller datagrams belong to the handshake. */
const MEDIA_BYTES = 600;
const POLL_MS = 5;
const LIMIT_MS = 20_000;

/** What is watched, over what, and for how long. */
export interface CallToWatch {
  readonly page: Page;
  readonly link: UdpLink;
  readonly profile: TimedProfile;
  readonly scaling: StripScaling;
}

/**
 * Begins a call and watches it for as long as its profile lasts. The trace begins with the first packet of the picture,
 * so that every call meets the same link at the same age.
 */
export async function watchCall(
  { page, link, profile, scaling }: CallToWatch,
  begin: () => Promise<void>,
): Promise<Watched> {
  const before = link.records.length;
  const begun = begin();
  await untilMedia(link, before);
  link.reload(profile.link);
  const [beganAtUs, beganAtMs] = [performance.now() * 1000, Date.now()];
  await begun;
  const frames = await watchFramesFor(page, beganAtMs + profile.seconds * 1000 - Date.now(), scaling);
  return { profile, beganAtUs, beganAtMs, records: link.records.slice(before), frames };
}

async function untilMedia(link: UdpLink, from: number): Promise<void> {
  const untilMs = performance.now() + LIMIT_MS;
  while (!link.records.slice(from).some(({ bytes }) => bytes >= MEDIA_BYTES)) {
    if (performance.now() > untilMs) throw new Error('no picture came over the link');
    await delay(POLL_MS);
  }
}
