import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { encodeRoute, parseRoute, type Route } from './route.ts';

/**
 * Keeps the page's route and the browser's history the same, so that the phone's own back gesture works.
 * How many of our pages lie beneath the present one is kept in `history.state`.
 */
export class RouteController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #value: Route = parseRoute(location.search);

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get value(): Route {
    return this.#value;
  }

  hostConnected(): void {
    addEventListener('popstate', this.#handlePopState);
  }

  hostDisconnected(): void {
    removeEventListener('popstate', this.#handlePopState);
  }

  /** Goes on to a page that the back gesture leaves again. */
  push(route: Route): void {
    history.pushState({ depth: readDepth() + 1 }, '', encodeRoute(route));
    this.#show(route);
  }

  /** Puts a page in the place of the present one. */
  replace(route: Route): void {
    history.replaceState({ depth: readDepth() }, '', encodeRoute(route));
    this.#show(route);
  }

  /** Goes back to the page before, or home when this was the first. */
  back(): void {
    if (readDepth() > 0) history.back();
    else this.replace({ page: 'home' });
  }

  readonly #handlePopState = (): void => this.#show(parseRoute(location.search));

  #show(route: Route): void {
    this.#value = route;
    this.#host.requestUpdate();
  }
}

function readDepth(): number {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('depth' in state)) return 0;
  return typeof state.depth === 'number' ? state.depth : 0;
}
