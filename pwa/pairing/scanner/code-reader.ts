import QrScanner from 'qr-scanner';

/** Finds QR codes in pictures; loaded only when somebody scans. */
export interface CodeReader {
  /** The text of a code in the frame the video shows now, or `null`. */
  readFrame(video: HTMLVideoElement): Promise<string | null>;
  /** The text of a code in a photo, or `null`. */
  readPhoto(photo: Blob): Promise<string | null>;
  /** Ends its worker; idempotent. */
  close(): void;
}

/** Side of the square a frame is looked at in, in px: small is quick, large reads small codes. By turns. */
const frameSides = [400, 720] as const;
/** Longest side a photo is looked at in, in px. A blurred code is read better from a small copy. */
const photoSides = [1000, 600, 1800] as const;

/** Starts a reader: the browser's own detector where there is one, else a worker. */
export async function openCodeReader(): Promise<CodeReader> {
  const engine = await QrScanner.createQrEngine();
  // A dark terminal shows its codes light on dark.
  if (engine instanceof Worker) engine.postMessage({ type: 'inversionMode', data: 'both' });
  const canvas = document.createElement('canvas');
  // Asked for first, so that the library's own request gets a canvas that is quick to read.
  canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  let turn = 0;

  async function scan(image: HTMLVideoElement | ImageBitmap, region: QrScanner.ScanRegion) {
    try {
      const options = {
        qrEngine: engine,
        canvas,
        scanRegion: region,
        returnDetailedScanResult: true,
      } as const;
      return (await QrScanner.scanImage(image, options)).data;
    } catch {
      return null; // It throws for every picture without a code.
    }
  }

  return {
    readFrame(video) {
      const side = frameSides[turn++ % frameSides.length] ?? frameSides[0];
      return scan(video, centreSquare(video.videoWidth, video.videoHeight, side));
    },
    async readPhoto(photo) {
      using bitmap = await openBitmap(photo);
      for (const side of usefulSides(bitmap.image)) {
        const text = await scan(bitmap.image, fitWithin(bitmap.image, side));
        if (text !== null) return text;
      }
      return null;
    },
    close() {
      if (engine instanceof Worker) engine.terminate();
    },
  };
}

/** The largest square in the middle of a frame, which the phone shows between the four corners. */
function centreSquare(width: number, height: number, side: number): QrScanner.ScanRegion {
  const edge = Math.min(width, height);
  return {
    x: Math.round((width - edge) / 2),
    y: Math.round((height - edge) / 2),
    width: edge,
    height: edge,
    downScaledWidth: Math.min(side, edge),
    downScaledHeight: Math.min(side, edge),
  };
}

/** Without those that come to the same as the photo itself, but for one. */
function usefulSides({ width, height }: ImageBitmap): Set<number> {
  const longest = Math.max(width, height);
  return new Set(photoSides.map((side) => Math.min(side, longest)));
}

function fitWithin({ width, height }: ImageBitmap, side: number): QrScanner.ScanRegion {
  const scale = Math.min(1, side / Math.max(width, height));
  return {
    x: 0,
    y: 0,
    width,
    height,
    downScaledWidth: Math.round(width * scale),
    downScaledHeight: Math.round(height * scale),
  };
}

/** @throws DOMException `InvalidStateError` for what is no picture. */
async function openBitmap(photo: Blob): Promise<{ readonly image: ImageBitmap } & Disposable> {
  const image = await createImageBitmap(photo);
  return { image, [Symbol.dispose]: () => image.close() };
}
