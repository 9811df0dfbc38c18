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

declare global {
  interface HTMLElementEventMap {
    'camera-rename': CameraRenameEvent;
    'camera-forget': CameraForgetEvent;
  }
}
