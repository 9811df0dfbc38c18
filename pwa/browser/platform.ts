/** What kind of place the page runs in, as far as the first steps differ. */
export type Platform =
  /** Installed on the home screen or desktop. */
  | 'installed'
  /** Safari or another browser on an iPhone or iPad: an installed copy would not see its storage. */
  | 'ios_browser'
  /** Any other browser: installing later keeps the keys. */
  | 'browser';

/** What {@link detectPlatform} looks at, so that a test can stand in for it. */
export interface PlatformSigns {
  readonly isStandalone: boolean;
  readonly userAgent: string;
  readonly maxTouchPoints: number;
}

/** Reads the signs of the browser the page runs in. */
export function readPlatformSigns(): PlatformSigns {
  return {
    isStandalone:
      matchMedia('(display-mode: standalone), (display-mode: fullscreen)').matches ||
      ('standalone' in navigator && navigator.standalone === true),
    userAgent: navigator.userAgent,
    maxTouchPoints: navigator.maxTouchPoints,
  };
}

/** Tells installed from not; an iPad calls itself a Mac, but no Mac has several touch points. */
export function detectPlatform(signs: PlatformSigns): Platform {
  if (signs.isStandalone) return 'installed';
  return isIos(signs) ? 'ios_browser' : 'browser';
}

/** How this phone is called in the camera's list of owners. */
export function nameDevice(signs: PlatformSigns): string {
  if (/iPhone/.test(signs.userAgent)) return 'iPhone';
  if (isIos(signs)) return 'iPad';
  if (/Android/.test(signs.userAgent))
    return /Mobile/.test(signs.userAgent) ? 'Android phone' : 'Android tablet';
  if (/Mac OS X/.test(signs.userAgent)) return 'Mac';
  if (/Windows/.test(signs.userAgent)) return 'Windows computer';
  return 'Computer';
}

function isIos(signs: PlatformSigns): boolean {
  if (/iPhone|iPad|iPod/.test(signs.userAgent)) return true;
  return /Macintosh/.test(signs.userAgent) && signs.maxTouchPoints > 1;
}
