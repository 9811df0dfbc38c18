/** A link to a camera was scanned, found in a photo, or pasted. */
export class LinkFoundEvent extends Event {
  static readonly type = 'link-found';
  readonly link: string;
  constructor(link: string) {
    super(LinkFoundEvent.type, { bubbles: true, composed: true });
    this.link = link;
  }
}

/** The user would rather paste a link than scan. */
export class PasteLinkEvent extends Event {
  static readonly type = 'paste-link';
  constructor() {
    super(PasteLinkEvent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    'link-found': LinkFoundEvent;
    'paste-link': PasteLinkEvent;
  }
}
