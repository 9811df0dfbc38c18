/** The user picked a camera to look through. */
export class CameraPickEvent extends Event {
  static readonly type = 'camera-pick';
  readonly cameraId: string;
  constructor(cameraId: string) {
    super(CameraPickEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
  }
}

/** The user wants to add a camera. */
export class CameraAddEvent extends Event {
  static readonly type = 'camera-add';
  constructor() {
    super(CameraAddEvent.type, { bubbles: true, composed: true });
  }
}

/** The pages about who may see a camera. */
export type LendingView = 'lend' | 'loan' | 'access' | 'log';

/** The user wants a camera's page about lending. */
export class LendingOpenEvent extends Event {
  static readonly type = 'lending-open';
  readonly cameraId: string;
  readonly view: LendingView;
  /** Of the view `loan`: which one, by its id in the access list. */
  readonly loanId: string;
  constructor(cameraId: string, view: LendingView, loanId = '') {
    super(LendingOpenEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
    this.view = view;
    this.loanId = loanId;
  }
}

/** The pages about a camera itself. */
export type ControlView = 'settings' | 'health';

/** The user wants a camera's page about itself. */
export class ControlOpenEvent extends Event {
  static readonly type = 'control-open';
  readonly cameraId: string;
  readonly view: ControlView;
  constructor(cameraId: string, view: ControlView) {
    super(ControlOpenEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
    this.view = view;
  }
}

declare global {
  interface HTMLElementEventMap {
    'camera-pick': CameraPickEvent;
    'camera-add': CameraAddEvent;
    'lending-open': LendingOpenEvent;
    'control-open': ControlOpenEvent;
  }
}
