/** A camera on a Raspberry Pi's ribbon. */
export interface PiCamera {
  /** Its sensor, such as `imx708`. */
  readonly sensor: string;
  /** As libcamera names it. */
  readonly name: string;
}

/** A camera on a USB port. */
export interface UsbCamera {
  /** As the maker calls it. */
  readonly model: string;
  /** Such as `/dev/video0`. */
  readonly device: string;
}

/** What this machine has, as far as it can be told without opening a camera. */
export interface FoundCameras {
  readonly pi: readonly PiCamera[];
  readonly usb: readonly UsbCamera[];
  /** The elements of GStreamer that matter and are there; null where GStreamer cannot be used at all. */
  readonly elements: readonly string[] | null;
  /** The program that records from a Pi's camera without GStreamer, or null. */
  readonly rpicamVid: string | null;
}
