import { compose } from './app/compose.ts';
import './app/latchkey-app.ts';
import { startServiceWorker } from './app/service-worker.ts';
import { takeLink } from './app/take-link.ts';
import { detectPlatform, nameDevice, readPlatformSigns } from './browser/platform.ts';
import { findMissingFeature } from './browser/support.ts';

const link = takeLink();
const missing = findMissingFeature();
document.body.append(missing ? createUnsupportedPage(missing) : createApp());

function createUnsupportedPage(feature: NonNullable<typeof missing>): HTMLElement {
  void import('./app/unsupported-page.ts');
  return Object.assign(document.createElement('unsupported-page'), { missing: feature });
}

function createApp(): HTMLElement {
  const signs = readPlatformSigns();
  return Object.assign(document.createElement('latchkey-app'), {
    useCases: compose(),
    updates: import.meta.env.PROD ? startServiceWorker('./service-worker.js') : null,
    platform: detectPlatform(signs),
    deviceName: nameDevice(signs),
    link: link ?? '',
  });
}
