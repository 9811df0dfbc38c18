import type { BrowserContext, Page } from '@playwright/test';

/** What the page may load from besides its own origin: pictures it made itself. */
const OWN_SCHEMES = ['blob:', 'data:'];

/**
 * Watches the pages of a browser for what they must never do: break their own Content Security Policy, let an error
 * pass uncaught, or ask another origin for anything but the broker it was told of. `offences` fills as it happens.
 */
export function watchConduct(context: BrowserContext, offences: string[], brokerUrl?: string): void {
  let home = '';
  context.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type|TrustedScript/i.test(message.text()))
      offences.push(message.text());
  });
  context.on('weberror', (error) => offences.push(`uncaught: ${error.error().message}`));
  const check = (address: string) => {
    const url = new URL(address);
    if (OWN_SCHEMES.includes(url.protocol) || url.href === brokerUrl) return;
    home ||= url.host;
    if (url.host !== home) offences.push(`asked ${url.host}`);
  };
  context.on('request', (request) => check(request.url()));
  const watchSockets = (page: Page) => page.on('websocket', (socket) => check(socket.url()));
  for (const page of context.pages()) watchSockets(page);
  context.on('page', watchSockets);
}
