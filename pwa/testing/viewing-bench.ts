import { createIdentity } from '#shared/identity.ts';
import type { IceServer } from '#shared/message-fields.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { Subject } from '../state/observable.ts';
import { CameraLink } from '../viewing/camera-link.ts';
import { PreparedPeer } from '../viewing/prepared-peer.ts';
import { ReachableCamera } from '../viewing/reachable-camera.ts';
import { Standby } from '../viewing/standby.ts';
import { type CreateConnection, ViewingPeer } from '../viewing/viewing-peer.ts';
import { ViewingSession } from '../viewing/viewing-session.ts';
import { FakeCamera } from './fake-camera.ts';
import { FakeSender } from './fake-sender.ts';
import { FakeVisibility } from './fake-visibility.ts';

/** Clock steps of a test that waits; real work, such as ICE, goes on between them. */
const STEP_MS = 10;

/** A phone and a camera in one page, over a broker in memory, with real peer connections and a fake clock. */
export async function createViewingBench({ iceServers = [] }: { readonly iceServers?: IceServer[] } = {}) {
  const broker = createMemoryBroker();
  const clock = new FakeClock();
  const visibility = new FakeVisibility();
  const camera = await FakeCamera.create(broker.connect());
  camera.iceServers = iceServers;
  const sender = new FakeSender(camera);
  const identity = { ...(await createIdentity({ extractable: false })), isPersistent: true };
  const channel = await camera.openGrant(identity);
  const rendezvous = broker.connect();
  const record = camera.recordFor(identity);
  const link = new CameraLink({ camera: record, identity, rendezvous, clock, visibility });
  const connections: RTCPeerConnection[] = [];
  const createConnection: CreateConnection = (configuration) => {
    const connection = new RTCPeerConnection(configuration);
    connections.push(connection);
    return connection;
  };
  const sessions: ViewingSession[] = [];
  const isListShown = new Subject(false);

  /** Lets time pass, the clock's and the real, until `isDone`. */
  async function until(isDone: () => boolean, limitMs = 10_000): Promise<void> {
    const giveUpMs = performance.now() + limitMs;
    while (!isDone()) {
      if (performance.now() > giveUpMs) throw new Error(`still waiting: ${isDone}`);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      clock.advance(STEP_MS);
    }
  }

  function open(prepared?: PreparedPeer, standby?: Standby): ViewingSession {
    const session = new ViewingSession({
      ...{ link, clock, visibility, random: () => 0.5, onClosed: () => standby?.replenish() },
      takeStandby: () => standby?.take() ?? null,
      createPeer: () => prepared?.take() ?? new ViewingPeer(createConnection),
    });
    sessions.push(session);
    return session;
  }

  const reached: ReachableCamera[] = [];

  /** The same camera with its own channel and its own way to the broker, as the list has it. */
  function reach(isPrepared = false): ReachableCamera {
    const own = broker.connect();
    const reachable = new ReachableCamera({
      ...{
        camera: record,
        identity,
        clock,
        visibility,
        createConnection,
        random: () => 0.5,
        isPrepared,
        isListShown,
      },
      loan: { rendezvous: own, release: () => void own.close() },
    });
    reached.push(reachable);
    return reachable;
  }

  const standbys: Standby[] = [];
  /** Whether a connection would make the browser ask; a test may hold the answer back. */
  const quiet = { promise: Promise.resolve(true) };

  /** A connection kept ready while the list is shown; it makes its own peers. */
  function standBy(): Standby {
    const standby = new Standby({
      ...{ link, clock, visibility, isListShown },
      createPeer: () => new ViewingPeer(createConnection),
      isQuiet: () => quiet.promise,
      onDropped: () => undefined,
    });
    standbys.push(standby);
    return standby;
  }

  return {
    ...{
      broker,
      clock,
      visibility,
      camera,
      sender,
      channel,
      rendezvous,
      link,
      connections,
      until,
      open,
      reach,
      isListShown,
      quiet,
      standBy,
    },
    prepare: () => new PreparedPeer(link, visibility, createConnection),
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.close();
      for (const standby of standbys) standby.close();
      for (const reachable of reached) reachable.close();
      link.close();
      sender.close();
      await rendezvous.close();
    },
  };
}
