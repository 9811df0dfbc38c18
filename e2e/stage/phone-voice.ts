import { writeFile } from 'node:fs/promises';

const SAMPLE_RATE_HZ = 48_000;
/** Steady tones are what noise suppression takes for noise, so the phone's voice comes and goes. */
const SECONDS = { sound: 0.25, pause: 0.25 };

/** Writes a WAV file (RIFF, 16 bits, one channel) with which Chromium's fake microphone says a tone, again and again. */
export async function writeVoice(path: string, frequencyHz: number): Promise<void> {
  const sound = Array.from({ length: SECONDS.sound * SAMPLE_RATE_HZ }, (_, index) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * frequencyHz * index) / SAMPLE_RATE_HZ)),
  );
  const samples = Int16Array.from([...sound, ...Array(SECONDS.pause * SAMPLE_RATE_HZ).fill(0)]);
  const data = Buffer.from(samples.buffer);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  header.writeUInt32LE(SAMPLE_RATE_HZ * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(data.length, 40);
  await writeFile(path, Buffer.concat([header, data]));
}
