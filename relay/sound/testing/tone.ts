/** What the engine's files are: samples a second, one channel of 16 bits. */
export const SAMPLE_RATE_HZ = 48_000;

/** The samples of what a speaker of `file:` was given, the newest `seconds` of it. */
export function newestSamples(pcm: Buffer, seconds: number): Int16Array {
  const count = Math.min(pcm.length >> 1, Math.round(seconds * SAMPLE_RATE_HZ));
  const start = (pcm.length >> 1) - count;
  return Int16Array.from({ length: count }, (_, index) => pcm.readInt16LE((start + index) * 2));
}

/** How much of what is heard is a tone of this frequency, 0 to 1 (Goertzel's algorithm); 0 for silence. */
export function shareOfTone(samples: Int16Array, frequencyHz: number): number {
  const turn = (2 * Math.PI * frequencyHz) / SAMPLE_RATE_HZ;
  let [cosine, sine, energy] = [0, 0, 0];
  for (const [index, sample] of samples.entries()) {
    cosine += sample * Math.cos(turn * index);
    sine += sample * Math.sin(turn * index);
    energy += sample * sample;
  }
  return energy === 0 ? 0 : (2 * (cosine * cosine + sine * sine)) / (energy * samples.length);
}

/** Of the loudest twentieth of a second in the newest second: however sounds and pauses follow each other, one of them is there. */
export function shareInLoudest(pcm: Buffer, frequencyHz: number): number {
  const samples = newestSamples(pcm, 1);
  const length = SAMPLE_RATE_HZ / 20;
  const energyOf = (window: Int16Array) => window.reduce((sum, sample) => sum + sample * sample, 0);
  const windows = Array.from({ length: Math.floor(samples.length / length) }, (_, index) =>
    samples.subarray(index * length, (index + 1) * length),
  );
  const [loudest] = windows.toSorted((one, other) => energyOf(other) - energyOf(one));
  return loudest ? shareOfTone(loudest, frequencyHz) : 0;
}

/** The loudest that was heard in the newest second, of 32,768. */
export function peak(pcm: Buffer): number {
  return newestSamples(pcm, 1).reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
}
