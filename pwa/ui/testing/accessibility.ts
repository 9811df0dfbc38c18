import axe from 'axe-core';
import { cdp } from 'vitest/browser';

/** The part of a Chrome DevTools session that we use. */
interface DevToolsSession {
  send(method: 'Emulation.setEmulatedMedia', params: object): Promise<unknown>;
}

/** The two looks of the page. */
export const colourSchemes = ['dark', 'light'] as const;

/** Shows the page as on a device with that look, and without motion, so that nothing is judged half-way. */
export async function showScheme(scheme: (typeof colourSchemes)[number]): Promise<void> {
  const features = [
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ];
  const session = cdp() as unknown as DevToolsSession; // Vitest leaves the type of a provider's session open.
  await session.send('Emulation.setEmulatedMedia', { features });
}

/** What axe finds wrong with an element, as `rule: selector`; empty when nothing. */
export async function findViolations(element: Element): Promise<string[]> {
  const { violations } = await axe.run(element, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}
