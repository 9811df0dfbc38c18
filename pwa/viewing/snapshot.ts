const jpegQuality = 0.92;

/** The frame the video shows, in its full resolution, as a JPEG; `null` when it shows none. */
export async function takeSnapshot(video: HTMLVideoElement): Promise<Blob | null> {
  if (video.videoWidth === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', jpegQuality));
}

/** A file name with the camera's name and the time, such as `Front door 2026-03-01 14.05.09.jpg`. */
export function nameSnapshot(cameraName: string, time: Date): string {
  const safeName = cameraName.replace(/[^\p{L}\p{N} _-]/gu, '').trim() || 'Camera';
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${safeName} ${day} ${two(time.getHours())}.${two(time.getMinutes())}.${two(time.getSeconds())}.jpg`;
}

/** Hands a picture to the phone's share sheet, or to the downloads where there is none. */
export async function keepPicture(
  picture: Blob,
  fileName: string,
): Promise<'shared' | 'saved' | 'cancelled'> {
  const file = new File([picture], fileName, { type: picture.type });
  const isPhone = matchMedia('(pointer: coarse)').matches;
  if (isPhone && navigator.canShare?.({ files: [file] })) {
    const outcome = await share(file);
    if (outcome !== 'failed') return outcome;
  }
  download(file);
  return 'saved';
}

async function share(file: File): Promise<'shared' | 'cancelled' | 'failed'> {
  try {
    await navigator.share({ files: [file] });
    return 'shared';
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? 'cancelled' : 'failed';
  }
}

/** How long a download may take to open the file, in ms. */
const revokeAfterMs = 60_000;

function download(file: File): void {
  const url = URL.createObjectURL(file);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = file.name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), revokeAfterMs);
}
