import type { PhoneChannel } from '../../relay/testing/phone-channel.ts';
import { takeOrders } from '../order-taker.ts';
import type { CrowdOrder, CrowdReply } from './crowd-messages.ts';
import { type Enrolled, enrol } from './enrolment.ts';
import { watch } from './light-viewer.ts';
import { PacketCounter } from './packet-counter.ts';

/** As many as the camera lets one grant have at a time. */
const VIEWERS_PER_PHONE = 4;

const counter = new PacketCounter();
const channels: PhoneChannel[] = [];
const leave: (() => Promise<void>)[] = [];
let enrolled: readonly Enrolled[] = [];

takeOrders(obey);

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
