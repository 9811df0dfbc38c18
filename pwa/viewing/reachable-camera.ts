import type { Clock } from '#shared/clock.ts';
import type { PhoneIdentity } from '../identity/key-store.ts';
import type { RendezvousLoan } from '../rendezvous/rendezvous-pool.ts';
import type { Observable } from '../state/observable.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { LiveSession } from './camera.ts';
import { CameraLink } from './camera-link.ts';
import { KeptSession } from './kept-session.ts';
import type { PageVisibility } from './page-visibility.ts';
import { PreparedPeer } from './prepared-peer.ts';
import type { Standby } from './standby.ts';
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
  /** Whether somebody looks at the list of cameras, and may tap. */
  readonly isListShown: Observable<boolean>;
}

/** A camera with all that is needed to watch it at once. Whoever made it closes it, and its sessions with it. */
export class ReachableCamera {
  readonly link: CameraLink;
  readonly #options: ReachableCameraOptions;
  readonly #prepared: PreparedPeer | null;
  readonly #sessions = new Set<ViewingSession>();
  readonly #kept: KeptSession;
  /** Null until somebody has looked at the list while the camera was there. */
  #standby: Standby | null = null;
  #onSeen: (() => void) | null = null;
  #stopAwaitingList: () => void = () => undefined;
  #isClosed = false;

  constructor(options: ReachableCameraOptions) {
    const { camera, identity, loan, clock, visibility, createConnection, isPrepared } = options;
    this.#options = options;
    this.link = new CameraLink({ camera, identity, rendezvous: loan.rendezvous, clock, visibility });
    this.#prepared = isPrepared ? new PreparedPeer(this.link, visibility, createConnection) : null;
    this.#kept = new KeptSession(loan.rendezvous, clock);
    if (this.#prepared !== null) this.#awaitList(this.#prepared);
  }

  /** Starts a viewing, or goes on with the one that was kept. */
  open(): LiveSession {
    const session = this.#kept.take() ?? this.#begin();
    let isLeft = false;
    return {
      state: session.state,
      stream: session.stream,
      openSnapshots: () => session.openSnapshots(),
      retry: () => session.retry(),
      close: () => {
        if (!isLeft) this.#kept.keep(session);
        isLeft = true;
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#stopAwaitingList();
    this.#kept.close();
    for (const session of [...this.#sessions]) session.close();
    this.#standby?.close();
    this.#prepared?.close();
    this.link.close();
    this.#options.loan.release();
  }

  #begin(): ViewingSession {
    const { clock, visibility, random, createConnection } = this.#options;
    const session: ViewingSession = new ViewingSession({
      ...{ link: this.link, clock, visibility, random },
      createPeer: () => this.#prepared?.take() ?? new ViewingPeer(createConnection),
      takeStandby: () => this.#standby?.take() ?? null,
      onClosed: () => {
        this.#sessions.delete(session);
        this.#prepared?.replenish();
        if (session.state.value.type === 'live') this.#onSeen?.();
        this.#standby?.replenish();
      },
    });
    this.#sessions.add(session);
    return session;
  }

  /** Most of the code for it comes when the page has started and the camera answers. */
  #awaitList(prepared: PreparedPeer): void {
    const { isListShown } = this.#options;
    const look = () => {
      if (!isListShown.value || this.link.presence.value !== 'online') return;
      this.#stopAwaitingList();
      this.#makeReady(prepared).catch(() => undefined); // A tap works without it.
    };
    const stops = [isListShown.subscribe(look), this.link.presence.subscribe(look)];
    this.#stopAwaitingList = () => {
      for (const stop of stops) stop();
    };
  }

  async #makeReady(prepared: PreparedPeer): Promise<void> {
    const { clock, visibility, isListShown, createConnection } = this.#options;
    const [{ Standby }, { QuietConnection }] = await Promise.all([
      import('./standby.ts'),
      import('./quiet-connection.ts'),
    ]);
    if (this.#isClosed) return;
    const quiet = new QuietConnection();
    this.#onSeen = () => void quiet.learn();
    this.#standby = new Standby({
      ...{ link: this.link, clock, visibility, isListShown },
      createPeer: () => prepared.take() ?? new ViewingPeer(createConnection),
      isQuiet: () => quiet.isSure(),
      onDropped: () => prepared.replenish(),
    });
    if (this.#sessions.size > 0) this.#standby.take()?.close();
  }
}
