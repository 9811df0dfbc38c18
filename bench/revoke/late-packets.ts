import { setTimeout as delay } from 'node:timers/promises';
import { watch } from '../viewers/light-viewer.ts';
import { PacketCounter } from '../viewers/packet-counter.ts';
import type { LookStage } from './look-stage.ts';

/** So many packets at least show that the picture flows: half a second of it. */
const FLOWING_PACKETS = 60;
const LOOK_MS = 20;
/** Ten pictures long: whatever is still sent comes within it. */
const AFTER_MS = 333;

/** RTP packets that reached a guest in Node after the camera had confirmed that its look is over, run after run. */
export async function countLatePackets(stage: LookStage, runs: number): Promise<number[]> {
  const counts: number[] = [];
  for (let run = 0; run < runs; run++) counts.push(await countOnce(stage, `packets ${run}`));
  return counts;
}

async function countOnce({ phones, lender }: LookStage, name: string): Promise<number> {
  const { link, id } = await phones.lend(lender, { name });
  const { channel } = await phones.letIn(link);
  const counter = new PacketCounter();
  const leave = await watch(channel, counter);
  while (counter.totals.packets < FLOWING_PACKETS) await delay(LOOK_MS);
  const said = await lender.channel.revoke(id);
  const confirmed = counter.totals.packets;
  if (said !== 'done') throw new Error(`the camera refused: ${said}`);
  await delay(AFTER_MS);
  await leave();
  return counter.totals.packets - confirmed;
}
