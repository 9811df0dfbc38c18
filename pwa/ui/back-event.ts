/** The user wants to go back. */
export class BackEvent extends Event {
  static readonly type = 'back';
  constructor() {
    super(BackEvent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    back: BackEvent;
  }
}
