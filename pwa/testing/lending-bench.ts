import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import type { Lending } from '../lending/lending.ts';
import { LendingDesk } from '../lending/lending-desk.ts';
import { CameraLink } from '../viewing/camera-link.ts';
import { eventually } from './eventually.ts';
import { FakeCamera } from './fake-camera.ts';
import { FakeVisibility } from './fake-visibility.ts';
import { MemoryRecords } from './memory-records.ts';

/** An owner's phone and its camera in one page, over a broker in memory and with a clock that a test moves. */
export async function createLendingBench(cameraIdentity?: Identity) {
  const broker = createMemoryBroker();
  const clock = new FakeClock();
  const visibility = new FakeVisibility();
  const reported: unknown[] = [];
  const camera = await FakeCamera.create(broker.connect(), cameraIdentity);
  const identity = { ...(await createIdentity({ extractable: false })), isPersistent: true };
  const channel = await camera.openGrant(identity);
  const rendezvous = broker.connect();
  const record = camera.recordFor(identity);
  const link = new CameraLink({ camera: record, identity, rendezvous, clock, visibility });
  const records = {
    loans: new MemoryRecords(),
    accessLists: new MemoryRecords(),
    logHeads: new MemoryRecords(),
  };

  /** The page as it is after a restart: what it has stored is there. */
  const createDesk = () =>
    new LendingDesk({
      ...{ clock, visibility, ...records },
      report: (error) => reported.push(error),
      linkOf: async (gid) => (gid === record.gid ? link : null),
      pageUrl: 'https://page.example/',
    });

  return {
    ...{
      broker,
      clock,
      visibility,
      reported,
      camera,
      channel,
      rendezvous,
      record,
      link,
      records,
      createDesk,
    },
    desk: createDesk(),
    online: () => eventually(() => link.presence.value === 'online'),
    /** The camera goes, and the phone notices. */
    async goOffline() {
      camera.isListening = false;
      await camera.announce(channel, 'offline');
      await eventually(() => link.presence.value === 'offline');
    },
    async comeBack() {
      camera.isListening = true;
      await camera.announce(channel);
      await eventually(() => link.presence.value === 'online');
    },
    /** The camera says that its list has changed. */
    announce: () => camera.announce(channel),
    heard: (type: string) => camera.heard.filter((one) => one === type).length,
  };
}

/** Resolves with the list once the camera has said it. */
export function fresh({ access }: Lending) {
  return eventually(() => {
    const { value } = access;
    return value.type === 'known' && value.isFresh && value.entries;
  });
}
