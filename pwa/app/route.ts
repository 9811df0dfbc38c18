/** Which page is shown. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'scan' }
  | { readonly page: 'link' }
  | { readonly page: 'claim' }
  | { readonly page: 'camera'; readonly id: string };

/** A grant's id is 22 base64url characters; anything near that is let through, nothing else. */
const cameraIdPattern = /^[\w-]{1,64}$/;

/** Reads the route from a URL's query; what it does not know is `home`. */
export function parseRoute(search: string): Route {
  const query = new URLSearchParams(search);
  const id = query.get('camera');
  if (id !== null && cameraIdPattern.test(id)) return { page: 'camera', id };
  if (query.has('scan')) return { page: 'scan' };
  if (query.has('link')) return { page: 'link' };
  if (query.has('claim')) return { page: 'claim' };
  return { page: 'home' };
}

/** The address of a route, relative to where the page is served; it never holds a secret. */
export function encodeRoute(route: Route): string {
  switch (route.page) {
    case 'home':
      return './';
    case 'scan':
      return './?scan';
    case 'link':
      return './?link';
    case 'claim':
      return './?claim';
    case 'camera':
      return `./?camera=${encodeURIComponent(route.id)}`;
    default:
      return route satisfies never;
  }
}
