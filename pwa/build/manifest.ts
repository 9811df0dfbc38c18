import type { ManifestOptions } from 'vite-plugin-pwa';

/** What a phone is told when it installs the app (W3C Web Application Manifest). */
export const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: 'Latchkey',
  short_name: 'Latchkey',
  description: 'A private webcam whose only key is in your pocket.',
  lang: 'en',
  dir: 'ltr',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  orientation: 'any',
  theme_color: '#0f3139',
  background_color: '#071a1f',
  categories: ['security', 'photo', 'utilities'],
  launch_handler: { client_mode: ['navigate-existing', 'auto'] },
  icons: [
    { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    { src: 'favicon.svg', sizes: 'any', type: 'image/svg+xml' },
  ],
  screenshots: [
    screenshot('welcome', 'narrow', 'Your camera, your key, nobody else'),
    screenshot('live', 'narrow', 'The live picture, from edge to edge'),
    screenshot('cameras', 'narrow', 'Every camera this phone opens'),
    screenshot('live', 'wide', 'The live picture on a computer'),
  ],
};

function screenshot(name: string, formFactor: 'narrow' | 'wide', label: string) {
  return {
    src: `screenshots/${name}-${formFactor}.png`,
    sizes: formFactor === 'narrow' ? '780x1688' : '1280x800',
    type: 'image/png',
    form_factor: formFactor,
    label,
  } as const;
}
