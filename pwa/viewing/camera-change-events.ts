/** The user gave a camera another name. */
export class CameraRenameEvent extends Event {
  static readonly type = 'camera-rename';
  readonly cameraId: string;
  readonly cameraName: string;
  constructor(cameraId: string, cameraName: string) {
    super(CameraRenameEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
    this.cameraName = cameraName;
  }
}

/** The user confirmed that this phone shall forget a camera. */
export class CameraForgetEvent extends Event {
  static readonly type = 'camera-forget';
  readonly cameraId: string;
  constructor(cameraId: string) {
    super(CameraForgetEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
  }
}

/** The user switched a camera off, or on again. */
export class CameraSwitchEvent extends Event {
  static readonly type = 'camera-switch';
  readonly cameraId: string;
  readonly isOff: boolean;
  constructor(cameraId: string, isOff: boolean) {
    super(CameraSwitchEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
    this.isOff = isOff;
  }
}

declare global {
  interface HTMLElementEventMap {
    'camera-switch': CameraSwitchEvent;
    'camera-rename': CameraRenameEvent;
    'camera-forget': CameraForgetEvent;
  }
}
