import { openBrowser } from '../e2e/stage/chromium.ts';
import { House } from '../e2e/stage/house.ts';
import { becomeOwner } from '../e2e/stage/phone.ts';
import { atLeast, atMost, type Bench, type BenchContext, type Verdict } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { PageLink } from './link/page-link.ts';
import { PROFILE_NAMES, profileOf, type TimedProfile } from './link/profiles.ts';
import { watchReference } from './link/reference.ts';
import { openUdpLink } from './link/udp-link.ts';
import { watchCall } from './link/watch.ts';
import { describeWatched, type Watched } from './link/watched.ts';

/** The camera stays on for three seconds after its last viewer: longer, so that the call begins with the camera. */
const PAUSE_MS = 4_000;
/** Both ends may make more than any link here carries but the first two. */
const MAX_BITRATE_BPS = 4_000_000;

type Row = ReturnType<typeof describeWatched>;

/** A call over a bad link, in real time, beside libwebrtc at both ends over the same one. */
export const link: Bench = {
  summary:
    'relay and Chromium over a link that is slow, lossy or changes, beside libwebrtc over the same one',
  options: {
    profile: { meaning: `one of ${PROFILE_NAMES.join(', ')}`, fallback: 'step' },
    source: { meaning: 'as LATCHKEY_CAMERA', fallback: 'test-picture' },
    format: { meaning: 'WIDTHxHEIGHT@RATE', fallback: '640x480@30' },
    reference: { meaning: 'no: without libwebrtc', fallback: 'yes' },
    build: buildOption,
  },
  run: async (context) => {
    const { option, progress } = context;
    const profile = profileOf(option('profile'));
    if (!profile) throw new TypeError(`--profile is one of ${PROFILE_NAMES.join(', ')}`);
    ensureBuilt(context);
    progress('relay');
    const own = describeWatched('relay', await watchRelay(context, profile));
    const rows: Row[] = [own];
    if (option('reference') !== 'no') {
      progress('libwebrtc');
      rows.push(describeWatched('libwebrtc', await watchReference(profile, referenceFormat(context))));
    }
    return {
      conditions: {
        ...{ profile: option('profile'), seconds: profile.seconds, source: option('source') },
        ...{ format: option('format'), 'at most, bit/s': MAX_BITRATE_BPS },
      },
      rows,
      verdicts: option('profile') === 'step' ? judgeStep(own) : [],
    };
  },
};

async function watchRelay({ option }: BenchContext, profile: TimedProfile): Promise<Watched> {
  const env = {
    LATCHKEY_FORMAT: option('format'),
    LATCHKEY_CLOCK_STRIP: '1',
    LATCHKEY_MAX_BITRATE: String(MAX_BITRATE_BPS),
    // The link stands in for the connection that is made with the tap.
    LATCHKEY_STANDBY: 'off',
  };
  await using house = await House.open({ source: option('source'), env });
  await using browser = await openBrowser();
  using udp = openUdpLink(profile.link);
  using pageLink = await PageLink.open(browser.context, udp.ways);
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  await becomeOwner(page, house);
  await page.goto(house.pageUrl);
  const card = page.locator('lk-camera-card');
  await card.locator('lk-presence').getByText('Online').waitFor();
  await page.waitForTimeout(PAUSE_MS);
  await pageLink.renew(page);
  return await watchCall({ page, link: udp, profile, scaling: 'wrapped' }, async () => {
    await card.locator('button.open').click();
    await page.locator('live-page video').first().waitFor();
  });
}

function referenceFormat({ option }: BenchContext) {
  const [, width = 640, height = 480, frameRate = 30] =
    /^(\d+)x(\d+)@(\d+)$/.exec(option('format'))?.map(Number) ?? [];
  return { width, height, frameRate, maxBitrateBps: MAX_BITRATE_BPS };
}

/** What the design was held to (docs/decisions/congestion-control.md). */
function judgeStep(row: Row): Verdict[] {
  const value = (name: string) => {
    const found = (row as Readonly<Record<string, unknown>>)[name];
    return typeof found === 'number' ? found : null;
  };
  return [
    atMost('time to 80 %', value('to 80 %, s'), 2.5, 's'),
    atLeast('use', value('use'), 0.9, ''),
    atMost('p95 one-way', value('one-way p95, ms'), 60, 'ms'),
    atMost('longest gap', value('longest gap, ms'), 600, 'ms'),
    atMost('frozen in all', value('frozen, s'), 1.8, 's'),
    atMost('packets lost while narrow', value('lost narrow'), 30, ''),
    atMost('recovery to 80 %', value('recovery to 80 %, s'), 4, 's'),
  ];
}
