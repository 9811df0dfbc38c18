/** The user, or the clock, goes on to the picture. */
export class ShowPictureEvent extends Event {
  static readonly type = 'show-picture';
  constructor() {
    super(ShowPictureEvent.type, { bubbles: true, composed: true });
  }
}

/** The user wants to scan again. */
export class ScanAgainEvent extends Event {
  static readonly type = 'scan-again';
  constructor() {
    super(ScanAgainEvent.type, { bubbles: true, composed: true });
  }
}

/** The user wants this same link tried once more. */
export class ClaimAgainEvent extends Event {
  static readonly type = 'claim-again';
  constructor() {
    super(ClaimAgainEvent.type, { bubbles: true, composed: true });
  }
}

/** The user typed the digits that the camera shows. */
export class CodeEnteredEvent extends Event {
  static readonly type = 'code-entered';
  readonly code: string;
  constructor(code: string) {
    super(CodeEnteredEvent.type, { bubbles: true, composed: true });
    this.code = code;
  }
}

declare global {
  interface HTMLElementEventMap {
    'show-picture': ShowPictureEvent;
    'scan-again': ScanAgainEvent;
    'claim-again': ClaimAgainEvent;
    'code-entered': CodeEnteredEvent;
  }
}
