import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintTurnCredentials, type TurnCredentials } from '../../relay/turn/turn-credentials.ts';
import { loadLocalCertificate } from '../../rendezvous/local-certificate.ts';
import { ROOT } from '../stage/house.ts';
import { Child } from './child.ts';
import { DEAD_SERVER, SERVER, SERVER_NAME } from './lab.ts';
import type { Namespace } from './namespace.ts';

/** What docs/networks.md tells people to run. */
const CONFIG = join(ROOT, 'deploy', 'coturn', 'turnserver.conf');

/** What it shares with the camera. */
const SECRET = 'a secret of the lab';

/** coturn on the lab's internet: STUN and TURN, over UDP, TCP and TLS. */
export class TurnServer implements AsyncDisposable {
  /** Its certificate, PEM file, for whoever is to trust it. */
  readonly certificatePath: string;
  readonly #belongings: AsyncDisposableStack;

  private constructor(certificatePath: string, belongings: AsyncDisposableStack) {
    this.certificatePath = certificatePath;
    this.#belongings = belongings;
  }

  /** The camera's settings for it, after a STUN and a TURN server that are dead. */
  get settings(): Readonly<Record<string, string>> {
    const dead = { urls: [`turn:${DEAD_SERVER}`], username: 'nobody', credential: 'nothing' };
    const urls = [`turn:${SERVER_NAME}`, `turn:${SERVER_NAME}?transport=tcp`, `turns:${SERVER_NAME}:443`];
    return {
      LATCHKEY_ICE_SERVERS: JSON.stringify([dead, { urls: [`stun:${DEAD_SERVER}`, `stun:${SERVER_NAME}`] }]),
      LATCHKEY_TURN_URLS: urls.join(','),
      LATCHKEY_TURN_SECRET: SECRET,
    };
  }

  /** Credentials as a camera would make them, good for so many seconds. */
  mint(ttlS: number): TurnCredentials {
    const expiresAt = Math.floor(Date.now() / 1000) + ttlS;
    return mintTurnCredentials({ secret: SECRET, expiresAt, id: 'phone' });
  }

  static async open(internet: Namespace): Promise<TurnServer> {
    await using belongings = new AsyncDisposableStack();
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-turn-'));
    belongings.defer(() => rm(directory, { recursive: true, force: true }));
    await loadLocalCertificate(directory, { names: [SERVER_NAME] });
    const certificatePath = join(directory, 'certificate.pem');
    const child = belongings.use(
      new Child(
        internet.command(
          ...['turnserver', '-c', CONFIG, '--realm', SERVER_NAME, '--static-auth-secret', SECRET],
          ...['--cert', certificatePath, '--pkey', join(directory, 'key.pem')],
          ...Object.values(SERVER).flatMap((address) => ['-L', address, '-E', address]),
          ...[
            '--userdb',
            join(directory, 'users'),
            '--pidfile',
            join(directory, 'pid'),
            '--log-file',
            'stdout',
          ],
        ),
      ),
    );
    // What it does last, when it listens.
    await child.written(/SQLite DB connection success/);
    return new TurnServer(certificatePath, belongings.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#belongings.disposeAsync();
  }
}
