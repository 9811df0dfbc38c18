import type { Clock } from '#shared/clock.ts';
import type { PhoneIdentity } from '../identity/key-store.ts';
import type { RendezvousLoan } from '../rendezvous/rendezvous-pool.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { LiveSession } from './camera.ts';
import { CameraLink } from './camera-link.ts';
import { KeptSession } from './kept-session.ts';
import type { PageVisibility } from './page-visibility.ts';
import { PreparedPeer } from './prepared-peer.ts';
import { type CreateConnection, ViewingPeer } from './viewing-peer.ts';
import { ViewingSession } from './viewing-session.ts';

export interface ReachableCameraOptions {
  readonly camera: CameraRecord;
  readonly identity: PhoneIdentity;
  readonly loan: RendezvousLoan;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
  readonly createConnection: CreateConnection;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Keeps a peer connection ready before the tap. */
  readonly isPrepared: boolean;
}

/** A camera with all that is needed to watch it at once. Whoever made it closes it, and its sessions with it. */
export class ReachableCamera {
  readonly link: CameraLink;
  readonly #options: ReachableCameraOptions;
  readonly #prepared: PreparedPeer | null;
  readonly #sessions = new Set<ViewingSession>();
  readonly #kept: KeptSession;

  constructor(options: ReachableCameraOptions) {
    const { camera, identity, loan, clock, visibility, createConnection, isPrepared } = options;
    this.#options = options;
    this.link = new CameraLink({ camera, identity, rendezvous: loan.rendezvous, clock, visibility });
    this.#prepared = isPrepared ? new PreparedPeer(this.link, visibility, createConnection) : null;
    this.#kept = new KeptSession(loan.rendezvous, clock);
  }

  /** Starts a viewing, or goes on with the one that was kept. */
  open(): LiveSession {
    const session = this.#kept.take() ?? this.#begin();
    let isLeft = false;
    return {
      state: session.state,
      stream: session.stream,
      retry: () => session.retry(),
      close: () => {
        if (!isLeft) this.#kept.keep(session);
        isLeft = true;
      },
    };
  }

  close(): void {
    this.#kept.close();
    for (const session of [...this.#sessions]) session.close();
    this.#prepared?.close();
    this.link.close();
    this.#options.loan.release();
  }

  #begin(): ViewingSession {
    const { clock, visibility, random, createConnection } = this.#options;
    const session: ViewingSession = new ViewingSession({
      ...{ link: this.link, clock, visibility, random },
      createPeer: () => this.#prepared?.take() ?? new ViewingPeer(createConnection),
      onClosed: () => {
        this.#sessions.delete(session);
        this.#prepared?.replenish();
      },
    });
    this.#sessions.add(session);
    return session;
  }
}
