import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { engineProgram } from '../gstreamer/engine-program.ts';

/** A network camera with RTSP, in a process of its own. */
export interface RtspServer {
  readonly url: string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Whether this machine can play such a camera. */
export function canServeRtsp(): boolean {
  const [python] = engineProgram();
  try {
    execFileSync(python, ['-c', 'import gi; gi.require_version("GstRtspServer", "1.0")'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** `login` is `name:password`; without it everybody may look. `port` 0 is any. */
export async function startRtspServer(
  stream: 'h264' | 'bframes' | 'mjpeg',
  { login = null, port = 0 }: { readonly login?: string | null; readonly port?: number } = {},
): Promise<RtspServer> {
  const [python] = engineProgram();
  const script = fileURLToPath(new URL('./rtsp_server.py', import.meta.url));
  const child = spawn(python, ['-B', script, stream, String(port), ...(login ? [login] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface(child.stdout), 'line');
  return {
    url,
    close: async () => {
      if (child.exitCode !== null) return;
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
    },
  };
}
