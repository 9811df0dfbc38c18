import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, openBrowser } from '../stage/chromium.ts';
import { CHROMIUM_PATH } from '../stage/chromium-program.ts';
import type { Lab } from './lab.ts';
import { PAGE_URL } from './lab-house.ts';
import type { TurnServer } from './turn-server.ts';

/** Opens a phone at its place in the lab. Only its network is there: it is driven through pipes. */
export async function openLabPhone(lab: Lab, turn: TurnServer): Promise<Browser> {
  await using belongings = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-chromium-'));
  belongings.defer(() => rm(directory, { recursive: true, force: true }));
  const executablePath = join(directory, 'chromium');
  const command = lab.phone.command(CHROMIUM_PATH).join(' ');
  await writeFile(executablePath, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  const browser = belongings.use(
    await openBrowser({
      executablePath,
      args: [
        // What HTTPS is for elsewhere; here everybody on the way is one of us.
        `--unsafely-treat-insecure-origin-as-secure=${new URL(PAGE_URL).origin}`,
        `--ignore-certificate-errors-spki-list=${await keyHashOf(turn.certificatePath)}`,
      ],
    }),
  );
  const kept = belongings.move();
  return {
    get context() {
      return browser.context;
    },
    restart: () => browser.restart(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** As Chromium wants it: base64 SHA-256 of the public key (RFC 7469 §2.4). */
async function keyHashOf(certificatePath: string): Promise<string> {
  const { publicKey } = new X509Certificate(await readFile(certificatePath));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}
