import type { Page } from '@playwright/test';

/** The loudest frequency of what the page plays, Hz; null for silence. */
export function loudestFrequency(page: Page): Promise<number | null> {
  return page
    .locator('live-page video')
    .first()
    .evaluate(async (video: HTMLVideoElement) => {
      const [track] = video.srcObject instanceof MediaStream ? video.srcObject.getAudioTracks() : [];
      if (!track || video.muted) return null;
      const context = new AudioContext();
      try {
        const analyser = new AnalyserNode(context, { fftSize: 16_384, smoothingTimeConstant: 0 });
        context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
        const spectrum = new Float32Array(analyser.frequencyBinCount);
        // As long as the analyser looks back.
        await new Promise((resolve) => setTimeout(resolve, 500));
        analyser.getFloatFrequencyData(spectrum);
        const loudest = spectrum.reduce(
          (best, level, bin) => (level > (spectrum[best] ?? 0) ? bin : best),
          0,
        );
        const isHeard = (spectrum[loudest] ?? Number.NEGATIVE_INFINITY) > -60;
        return isHeard ? (loudest * context.sampleRate) / analyser.fftSize : null;
      } finally {
        await context.close();
      }
    });
}
