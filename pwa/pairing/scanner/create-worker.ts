import { trustedScriptUrl } from '../../browser/trusted-script-url.ts';
import decoderUrl from './decoder-worker.ts?worker&url';

/** Starts qr-scanner's decoder from a file of our own origin, as `worker-src 'self'` demands; it calls this. */
export function createWorker(): Worker {
  return new Worker(trustedScriptUrl(decoderUrl));
}
