import { KeyStore } from '../identity/key-store.ts';
import type { ClaimServices } from '../pairing/claim-camera.ts';
import { DeferredClaim } from '../pairing/deferred-claim.ts';
import { openRendezvous } from '../rendezvous/mqtt-client.ts';
import { probeOnWake } from '../rendezvous/probe-on-wake.ts';
import { RendezvousPool } from '../rendezvous/rendezvous-pool.ts';
import { Subject } from '../state/observable.ts';
import { systemClock } from '../state/system-clock.ts';
import { CameraStore } from '../storage/camera-store.ts';
import { requestPersistence } from '../storage/persistence.ts';
import { openRecordStore } from '../storage/record-store.ts';
import type { LastPicture } from '../viewing/camera.ts';
import { CameraList } from '../viewing/camera-list.ts';
import { observePageVisibility } from '../viewing/page-visibility.ts';
import { loadConfig } from './config.ts';
import type { UseCases } from './model.ts';

/** Joins the parts of the domain into what the page can ask for: the only place that does. */
export function compose(): UseCases {
  const clock = systemClock;
  const visibility = observePageVisibility();
  const report = (error: unknown) => console.error(error);
  const keys = new KeyStore(openRecordStore('keys'));
  const cameras = new CameraStore(openRecordStore('cameras'));
  const config = loadConfig({ baseUrl: location.href, kept: openRecordStore('config') });
  const { borrow: borrowRendezvous } = new RendezvousPool(config, (addresses) => {
    const rendezvous = openRendezvous(addresses);
    const stopProbing = probeOnWake(rendezvous);
    rendezvous.onStateChange((state) => state === 'closed' && stopProbing());
    return rendezvous;
  });
  const pictures = new Subject<ReadonlyMap<string, LastPicture>>(new Map());
  const list = new CameraList({
    ...{ cameras, keys, borrowRendezvous, clock, visibility, pictures, report },
    createConnection: (configuration) => new RTCPeerConnection(configuration),
    random: Math.random,
    leave: async (camera, link) => (await loadDesk()).leave(camera, link),
  });
  const loans = openRecordStore('loans');
  const loadDesk = loadOnce(async () => {
    const { LendingDesk } = await import('../lending/lending-desk.ts');
    return new LendingDesk({
      ...{ clock, visibility, loans, report },
      linkOf: (id) => list.linkOf(id),
      accessLists: openRecordStore('access-lists'),
      logHeads: openRecordStore('log-heads'),
      pageUrl: new URL('.', location.href).href,
    });
  });
  const resumeLending = async () => {
    if ((await loans.names()).length > 0) await (await loadDesk()).resume();
  };
  resumeLending().catch(report);
  const loadThumbnails = loadOnce(async () => {
    const { Thumbnails } = await import('../viewing/thumbnails.ts');
    const records = openRecordStore('thumbnails');
    return new Thumbnails({ records, cameras: list.summaries, shown: pictures, clock, report });
  });
  const stopWaiting = list.summaries.subscribe(() => {
    stopWaiting();
    loadThumbnails().catch(report);
  });
  const openControl = async (id: string) => {
    const { openCameraControl } = await import('../control/camera-control.ts');
    return openCameraControl(await list.linkOf(id), clock);
  };
  const claiming: ClaimServices = {
    ...{ cameras, keys, borrowRendezvous, clock, pending: openRecordStore('pending-claims') },
    onStored: (camera) => {
      list.add(camera);
      void requestPersistence(clock);
    },
  };
  const startClaim: UseCases['claim'] = (link, deviceName, options) => {
    const loading = import('../pairing/claim-camera.ts');
    return new DeferredClaim(
      loading.then(({ claimCamera }) => claimCamera(claiming, link, deviceName, options)),
    );
  };
  return {
    listCameras: () => list.summaries,
    showList: (isShown) => list.show(isShown),
    openCamera: (id) => list.open(id),
    claim: startClaim,
    openLending: async (id) => (await loadDesk()).open(id),
    openControl,
    openThumbnails: loadThumbnails,
    keepLastPicture: (id, video) => void loadThumbnails().then((each) => each.watch(id, video), report),
    switchCamera: async (id, isOff) => (await openControl(id)).switch(isOff),
    forgetCamera: (id) => list.forget(id),
    renameCamera: (id, name) => list.rename(id, name),
  };
}

/** Loads at the first call, and again at the next one after it went wrong. */
function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}
