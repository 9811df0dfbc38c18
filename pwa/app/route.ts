import type { ControlView, LendingView } from '../viewing/camera-events.ts';

/** Which page is shown. */
export type Route =
  | { readonly page: 'home' | 'scan' | 'link' | 'claim' }
  | { readonly page: 'camera' | ControlView | Exclude<LendingView, 'loan'>; readonly id: string }
  /** `loan` is its id in the camera's access list; empty for the newest. */
  | { readonly page: 'loan'; readonly id: string; readonly loan: string };

const cameraPages = ['camera', 'lend', 'loan', 'access', 'log', 'settings', 'health'] as const;
const plainPages = ['scan', 'link', 'claim'] as const;
/** A grant's id is 22 base64url characters; anything near that is let through, nothing else. */
const idPattern = /^[\w-]{1,64}$/;

/** Reads the route from a URL's query; what it does not know is `home`. */
export function parseRoute(search: string): Route {
  const query = new URLSearchParams(search);
  const readId = (name: string) => idPattern.exec(query.get(name) ?? '')?.[0] ?? '';
  for (const page of cameraPages) {
    const id = readId(page);
    if (id) return page === 'loan' ? { page, id, loan: readId('of') } : { page, id };
  }
  return { page: plainPages.find((page) => query.has(page)) ?? 'home' };
}

/** The address of a route, relative to where the page is served; it never holds a secret. */
export function encodeRoute(route: Route): string {
  if (!('id' in route)) return route.page === 'home' ? './' : `./?${route.page}`;
  const address = `./?${route.page}=${encodeURIComponent(route.id)}`;
  return route.page === 'loan' && route.loan ? `${address}&of=${encodeURIComponent(route.loan)}` : address;
}
