import type { CameraLink } from './camera-link.ts';
import type { PageVisibility } from './page-visibility.ts';
import { type CreateConnection, ViewingPeer } from './viewing-peer.ts';

/**
 * Keeps one peer connection ready for a camera, its offer made and its candidates found before anybody taps:
 * what is left then is one message each way. Whoever made it closes it.
 */
export class PreparedPeer {
  readonly #link: CameraLink;
  readonly #visibility: PageVisibility;
  readonly #createConnection: CreateConnection;
  readonly #stops: readonly (() => void)[];
  #peer: ViewingPeer | null = null;
  /** One at a time: allocations cost a TURN server something. */
  #isTaken = false;

  constructor(link: CameraLink, visibility: PageVisibility, createConnection: CreateConnection) {
    this.#link = link;
    this.#visibility = visibility;
    this.#createConnection = createConnection;
    this.#stops = [
      link.presence.subscribe(() => this.#refresh()),
      // New servers or credentials: what was found with the old ones may be worth nothing.
      link.iceServers.subscribe(() => this.#discard()),
      visibility.onChange(() => this.#refresh()),
    ];
    this.#refresh();
  }

  /** The peer that is ready, now the caller's to close; or null. */
  take(): ViewingPeer | null {
    this.#isTaken = true;
    return this.#letGo();
  }

  /** Makes the next one ready, when the one taken, or made instead, is in use no more. */
  replenish(): void {
    this.#isTaken = false;
    this.#refresh();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#letGo()?.close();
  }

  #discard(): void {
    this.#letGo()?.close();
    this.#refresh();
  }

  #letGo(): ViewingPeer | null {
    const peer = this.#peer;
    this.#peer = null;
    return peer;
  }

  #refresh(): void {
    // Sockets and TURN allocations cost something: only for a camera that answers, while somebody looks.
    if (!this.#visibility.isVisible || this.#link.presence.value === 'offline') {
      this.#letGo()?.close();
      return;
    }
    if (this.#isTaken || this.#peer !== null || this.#link.presence.value !== 'online') return;
    try {
      this.#peer = new ViewingPeer(this.#createConnection);
    } catch {
      return; // The session that is opened will say what this browser lacks.
    }
    this.#peer.prepare(this.#link.iceServers.value).catch(() => this.#letGo()?.close());
  }
}
