import { KeyStore } from '../identity/key-store.ts';
import { type ClaimServices, claimCamera } from '../pairing/claim-camera.ts';
import { PendingClaims } from '../pairing/pending-claims.ts';
import { openRendezvous } from '../rendezvous/mqtt-client.ts';
import { probeOnWake } from '../rendezvous/probe-on-wake.ts';
import { RendezvousPool } from '../rendezvous/rendezvous-pool.ts';
import { systemClock } from '../state/system-clock.ts';
import { CameraStore } from '../storage/camera-store.ts';
import { requestPersistence } from '../storage/persistence.ts';
import { openRecordStore } from '../storage/record-store.ts';
import { CameraList } from '../viewing/camera-list.ts';
import { observePageVisibility } from '../viewing/page-visibility.ts';
import { loadConfig } from './config.ts';
import type { UseCases } from './model.ts';

/** Joins the parts of the domain into what the page can ask for: the only place that does. */
export function compose(): UseCases {
  const clock = systemClock;
  const keys = new KeyStore(openRecordStore('keys'));
  const cameras = new CameraStore(openRecordStore('cameras'));
  const config = loadConfig({ baseUrl: location.href, kept: openRecordStore('config') });
  const { borrow: borrowRendezvous } = new RendezvousPool(config, (addresses) => {
    const rendezvous = openRendezvous(addresses);
    const stopProbing = probeOnWake(rendezvous);
    rendezvous.onStateChange((state) => state === 'closed' && stopProbing());
    return rendezvous;
  });
  const list = new CameraList({
    ...{ cameras, keys, borrowRendezvous, clock },
    visibility: observePageVisibility(),
    createConnection: (configuration) => new RTCPeerConnection(configuration),
    random: Math.random,
    report: (error) => console.error(error),
  });
  const claiming: ClaimServices = {
    ...{ cameras, keys, borrowRendezvous, clock },
    pending: new PendingClaims(openRecordStore('pending-claims'), keys, clock),
    onStored: (camera) => {
      list.add(camera);
      void requestPersistence(clock);
    },
  };
  return {
    listCameras: () => list.summaries,
    openCamera: (id) => list.open(id),
    claim: (link, deviceName, options) => claimCamera(claiming, link, deviceName, options),
    forgetCamera: (id) => list.forget(id),
    renameCamera: (id, name) => list.rename(id, name),
  };
}
