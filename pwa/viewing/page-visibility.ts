/** Whether anybody looks at the page. */
export interface PageVisibility {
  readonly isVisible: boolean;
  /** Calls `listener` at each change; the returned function stops that. */
  onChange(listener: (isVisible: boolean) => void): () => void;
  /** Calls `listener` when the page is about to go, for good or into the back/forward cache. */
  onLeave(listener: () => void): () => void;
}

/** The visibility of this document. */
export function observePageVisibility(page: Window = window): PageVisibility {
  const listen = (target: EventTarget, type: string, listener: () => void) => {
    target.addEventListener(type, listener);
    return () => target.removeEventListener(type, listener);
  };
  const isVisible = () => page.document.visibilityState === 'visible';
  return {
    get isVisible() {
      return isVisible();
    },
    onChange(listener) {
      const tell = () => listener(isVisible());
      const stops = [listen(page.document, 'visibilitychange', tell), listen(page, 'pageshow', tell)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    onLeave: (listener) => listen(page, 'pagehide', listener),
  };
}
