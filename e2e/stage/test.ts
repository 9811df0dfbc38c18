import { test as base, expect } from '@playwright/test';
import { type Browser, type BrowserOptions, openBrowser } from './chromium.ts';
import { House, type HouseOptions } from './house.ts';
import { watchConduct } from './page-conduct.ts';

/** What every end-to-end test has. */
export interface Stage {
  /** Opens a house that is closed after the test. */
  readonly openHouse: (options?: HouseOptions) => Promise<House>;
  /** Opens a phone that is closed after the test; whatever it did against the page's own rules fails the test. */
  readonly openPhone: (options?: BrowserOptions) => Promise<Browser>;
}

/** A test with houses and phones. They close whether it passes, fails or runs out of time. */
export const test = base.extend<Stage>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  openHouse: async ({}, use) => {
    await using houses = new AsyncDisposableStack();
    await use(async (options) => houses.use(await House.open(options)));
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  openPhone: async ({}, use) => {
    const offences: string[] = [];
    {
      await using phones = new AsyncDisposableStack();
      await use(async (options) =>
        phones.use(
          await openBrowser(options, (context) => watchConduct(context, offences, options?.brokerUrl)),
        ),
      );
    }
    expect(offences).toEqual([]);
  },
});
