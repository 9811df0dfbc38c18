import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** Of 32,768. */
const HEARD = 650;
const POLL_MS = 2;
const DEAF_MS = 500;
const SAMPLE_RATE_KHZ = 48;

/** When what a speaker of `file:` is given begins, again and again for so long: milliseconds since the Unix epoch. */
export async function fileOnsets(path: string, seconds: number): Promise<number[]> {
  await using file = await open(path, 'r');
  const onsets: number[] = [];
  let at = (await file.stat()).size & ~1;
  for (const endMs = Date.now() + seconds * 1000; Date.now() < endMs; await setTimeout(POLL_MS)) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(19_200), 0, 19_200, at);
    const nowMs = performance.timeOrigin + performance.now();
    const samples = bytesRead >> 1;
    at += samples * 2;
    const first = Array.from({ length: samples }, (_, index) => buffer.readInt16LE(index * 2)).findIndex(
      (sample) => Math.abs(sample) > HEARD,
    );
    if (first < 0 || nowMs - (onsets.at(-1) ?? 0) < DEAF_MS) continue;
    // A buffer is written when its first sample is due.
    onsets.push(nowMs + first / SAMPLE_RATE_KHZ);
  }
  return onsets;
}
