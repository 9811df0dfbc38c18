import type { AccessUnit } from '../../capture/capture.ts';

/** A keyframe of no content: parameter sets and one slice of `sliceBytes`. */
export function keyframe(capturedAtMs: number, sliceBytes = 3000): AccessUnit {
  return {
    nalUnits: [nal(0x67, 10), nal(0x68, 4), nal(0x65, sliceBytes)],
    isKeyframe: true,
    capturedAtMs,
    rendition: 'main',
  };
}

/** A picture that builds on those before it. */
export function picture(capturedAtMs: number, sliceBytes = 100): AccessUnit {
  return { nalUnits: [nal(0x41, sliceBytes)], isKeyframe: false, capturedAtMs, rendition: 'main' };
}

/** A NAL unit with a given header byte and a body that counts. */
function nal(header: number, bytes: number): Uint8Array {
  const unit = Uint8Array.from({ length: bytes }, (_, index) => index & 0xff);
  unit[0] = header;
  return unit;
}
