import { randomBase64url } from '#shared/crypto.ts';
import { NO_ACCESS } from '../../relay/access/access-state.ts';
import type { Grant } from '../../relay/access/grant.ts';
import { openRendezvous } from '../../relay/rendezvous/mqtt-rendezvous.ts';
import { StateDirectory } from '../../relay/storage/state-directory.ts';
import { systemClock } from '../../relay/system-clock.ts';
import type { PhoneChannel } from '../../relay/testing/phone-channel.ts';
import { TestPhone } from '../../relay/testing/test-phone.ts';
import type { CrowdOrder, CrowdReply } from './crowd-messages.ts';
import { watch } from './light-viewer.ts';
import { PacketCounter } from './packet-counter.ts';

/** As many as the camera lets one grant have at a time. */
const VIEWERS_PER_PHONE = 4;

/** A phone on the access list, and how it opens its channel. */
type Enrolled = () => Promise<PhoneChannel>;

const counter = new PacketCounter();
const channels: PhoneChannel[] = [];
const leave: (() => Promise<void>)[] = [];
let enrolled: readonly Enrolled[] = [];
let work: Promise<unknown> = Promise.resolve();

process.on('message', (order: CrowdOrder) => {
  work = work.then(async () => {
    const reply = await obey(order).catch((error: unknown): CrowdReply => {
      return { type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : 'unknown' };
    });
    process.send?.(reply);
  });
});
process.once('disconnect', () => process.exit());

async function obey(order: CrowdOrder): Promise<CrowdReply> {
  switch (order.type) {
    case 'enrol':
      enrolled = await enrol(order);
      return { type: 'enrolled' };
    case 'watch':
      await gather(order.viewers);
      return { type: 'watching', viewers: leave.length };
    case 'count':
      return { type: 'counted', totals: counter.totals };
    default:
      return order satisfies never;
  }
}

async function enrol({
  stateDirectory,
  brokerUrl,
  phones,
}: Extract<CrowdOrder, { type: 'enrol' }>): Promise<readonly Enrolled[]> {
  const state = new StateDirectory(stateDirectory, systemClock);
  const { identity: camera } = await state.open();
  const rendezvous = openRendezvous([{ url: brokerUrl }]);
  const all = await Promise.all(Array.from({ length: phones }, () => TestPhone.create(rendezvous)));
  const grants = all.map((phone) => grantFor(phone));
  await state.saveAccess({ ...NO_ACCESS, grants });
  return all.map((phone, index) => () => phone.open(grants[index]?.psk ?? '', camera, { introduce: false }));
}

function grantFor({ identity }: TestPhone): Grant {
  return {
    gid: randomBase64url(16),
    jkt: identity.thumbprint,
    jwk: identity.publicJwk,
    name: 'Bench',
    device: 'Bench',
    scope: ['owner'],
    nbf: null,
    exp: null,
    hours: null,
    by: null,
    psk: randomBase64url(32),
    grantedAt: 0,
    invite: null,
  };
}

async function gather(viewers: number): Promise<void> {
  for (let index = leave.length; index < viewers; index++) {
    leave.push(await watch(await channelAt(Math.floor(index / VIEWERS_PER_PHONE)), counter));
  }
}

async function channelAt(index: number): Promise<PhoneChannel> {
  const open = enrolled[index];
  if (!open) throw new RangeError('more viewers than the phones may have');
  const channel = channels[index] ?? (await open());
  channels[index] = channel;
  return channel;
}
