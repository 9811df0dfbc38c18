/** The user wants to scan a camera's code. */
export class ScanEvent extends Event {
  static readonly type = 'scan';
  constructor() {
    super(ScanEvent.type, { bubbles: true, composed: true });
  }
}

/** The user wants to add a camera by a link. */
export class AddByLinkEvent extends Event {
  static readonly type = 'add-by-link';
  constructor() {
    super(AddByLinkEvent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    scan: ScanEvent;
    'add-by-link': AddByLinkEvent;
  }
}
