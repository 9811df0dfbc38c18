import { encode } from 'uqr';

/** How a code looks in a photo; plain and upright where it does not say. */
export interface CodeLook {
  readonly turnDegrees?: number;
  /** Side of the code, in px. */
  readonly size?: number;
  /** Side of the photo, in px. */
  readonly photoSize?: number;
  readonly blurPx?: number;
  readonly isInverted?: boolean;
}

/** A photo of a text's QR code; of an empty wall for an empty text. */
export async function drawCode(text: string, look: CodeLook): Promise<Blob> {
  const { turnDegrees = 0, size = 420, photoSize = 640, blurPx = 0, isInverted = false } = look;
  const canvas = new OffscreenCanvas(photoSize, photoSize);
  const context = canvas.getContext('2d');
  if (!context) throw new TypeError('no canvas to draw on');
  context.fillStyle = isInverted ? '#101010' : '#e8e4dc';
  context.fillRect(0, 0, photoSize, photoSize);
  context.filter = blurPx > 0 ? `blur(${blurPx}px)` : 'none';
  context.translate(photoSize / 2, photoSize / 2);
  context.rotate((turnDegrees * Math.PI) / 180);
  context.fillStyle = isInverted ? '#f4f4f4' : '#101010';
  if (text !== '') drawModules(context, text, size);
  return canvas.convertToBlob({ type: 'image/png' });
}

function drawModules(context: OffscreenCanvasRenderingContext2D, text: string, size: number): void {
  const { data, size: modules } = encode(text, { ecc: 'M', border: 2 });
  const step = size / modules;
  context.beginPath(); // One path, for each shape drawn with a blur is blurred by itself.
  for (const [row, cells] of data.entries()) {
    for (const [column, isDark] of cells.entries()) {
      if (isDark) context.rect(column * step - size / 2, row * step - size / 2, step + 0.5, step + 0.5);
    }
  }
  context.fill();
}
