import type { Page } from '@playwright/test';

/** Louder than what an encoder makes of silence. */
const HEARD = 0.02;
/** A beep is a tenth of a second: what is heard sooner after an onset belongs to it. */
const DEAF_MS = 500;

/** Has the page's own microphone beep at each full second by the machine's clock, whoever asks for it. Before the page is loaded. */
export async function giveBeepingMicrophone(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      if (!constraints?.audio) return open(constraints);
      const context = new AudioContext({ latencyHint: 'interactive' });
      const gain = new GainNode(context, { gain: 0 });
      const oscillator = new OscillatorNode(context, { frequency: 1000 });
      const out = context.createMediaStreamDestination();
      oscillator.connect(gain).connect(out);
      oscillator.start();
      const schedule = () => {
        // What is written now is `currentTime`.
        const nowMs = performance.timeOrigin + performance.now();
        const at = context.currentTime + (1000 - (nowMs % 1000)) / 1000;
        gain.gain.setValueAtTime(0.4, at);
        gain.gain.setValueAtTime(0, at + 0.1);
        setTimeout(schedule, 1000);
      };
      setTimeout(schedule, 1500 - (Date.now() % 1000));
      return out.stream;
    };
  });
}

/** When the page's sound begins, again and again for so long: milliseconds since the Unix epoch. */
export function hearOnsets(page: Page, seconds: number): Promise<number[]> {
  return page
    .locator('live-page video')
    .first()
    .evaluate(
      async (video: HTMLVideoElement, { seconds: duration, heard, deafMs }) => {
        const [track] = video.srcObject instanceof MediaStream ? video.srcObject.getAudioTracks() : [];
        if (!track) throw new TypeError('the page plays no sound');
        const context = new AudioContext({ latencyHint: 'interactive' });
        const analyser = new AnalyserNode(context, { fftSize: 256 });
        context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
        const window = new Float32Array(analyser.fftSize);
        const onsets: number[] = [];
        const endMs = performance.now() + duration * 1000;
        while (performance.now() < endMs) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          analyser.getFloatTimeDomainData(window);
          const first = window.findIndex((sample) => Math.abs(sample) > heard);
          const nowMs = performance.timeOrigin + performance.now();
          if (first < 0 || nowMs - (onsets.at(-1) ?? 0) < deafMs) continue;
          onsets.push(nowMs - ((window.length - first) * 1000) / context.sampleRate);
        }
        await context.close();
        return onsets;
      },
      { seconds, heard: HEARD, deafMs: DEAF_MS },
    );
}
