import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from '@playwright/test';
import { CHROMIUM_ARGS, CHROMIUM_PATH } from './chromium-program.ts';

/** A browser with a profile on disk: the page installs, and keys last, only in such a one. */
export interface Browser extends AsyncDisposable {
  readonly context: BrowserContext;
  /** Ends the browser and starts it again on the same profile. */
  restart(): Promise<void>;
}

export interface BrowserOptions extends BrowserContextOptions {
  /** A Y4M file that plays as the device's camera. */
  readonly cameraVideo?: string;
  readonly args?: readonly string[];
  /** Starts Chromium. Default Chromium itself. */
  readonly executablePath?: string;
  /** A broker that is not of the page's own origin, and that the page may ask. */
  readonly brokerUrl?: string;
}

/** Opens a phone-sized Chromium with an empty profile; `onStart` is called now and after each restart. */
export async function openBrowser(
  options: BrowserOptions = {},
  onStart: (context: BrowserContext) => void = () => undefined,
): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'latchkey-phone-'));
  let context = await launch(profile, options);
  onStart(context);
  return {
    get context() {
      return context;
    },
    async restart() {
      await context.close();
      context = await launch(profile, options);
      onStart(context);
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

function launch(
  profile: string,
  { cameraVideo, args = [], executablePath = CHROMIUM_PATH, brokerUrl: _, ...options }: BrowserOptions,
): Promise<BrowserContext> {
  const fakeCamera = cameraVideo === undefined ? [] : [`--use-file-for-fake-video-capture=${cameraVideo}`];
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width: 390, height: 844 },
    permissions: cameraVideo === undefined ? [] : ['camera'],
    args: [
      ...CHROMIUM_ARGS,
      '--autoplay-policy=no-user-gesture-required',
      ...(cameraVideo === undefined ? [] : ['--use-fake-device-for-media-stream', ...fakeCamera]),
      ...args,
    ],
    ...options,
  });
}
