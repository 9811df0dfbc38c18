import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveChannel } from '#shared/channel.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import { BUILT_RELAY, RELAY_ENVIRONMENT, RELAY_FLAGS } from '../e2e/stage/house.ts';
import { openRendezvous } from '../relay/rendezvous/mqtt-rendezvous.ts';
import { StateDirectory } from '../relay/storage/state-directory.ts';
import { systemClock } from '../relay/system-clock.ts';
import type { PhoneChannel } from '../relay/testing/phone-channel.ts';
import { TestPhone } from '../relay/testing/test-phone.ts';
import { buildOffer } from '../relay/webrtc/testing/offers.ts';
import { startRendezvous } from '../rendezvous/start-rendezvous.ts';
import { atMost, type Bench, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import type { FloodOrder } from './flood/flooder.ts';
import { readCpuSeconds } from './process-meter.ts';
import { startNode } from './relay-process.ts';
import { round, summarize } from './statistics.ts';

const FLOODER = join(import.meta.dirname, 'flood', 'flooder.ts');
const CODE = /https?:\/\/\S+#c1\.\S+/;
/** Signalling at a human pace: nobody opens two pictures within it. */
const PAUSE_MS = 200;

/** What it costs an owner when somebody floods the camera: the broker itself, or a thief of a channel's secret. */
export const flood: Bench = {
  summary: 'offer to answer while bogus messages pour onto the same topic, and what they cost the relay',
  options: {
    rate: { meaning: 'bogus messages a second', fallback: '2000' },
    runs: { meaning: 'offers without and with the flood', fallback: '50' },
    build: buildOption,
  },
  run: async (context) => {
    const rate = wholeOption(context, 'rate');
    const runs = wholeOption(context, 'runs');
    ensureBuilt(context);
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-flood-'));
    // A hostile broker limits nobody, so this one must not either.
    await using rendezvous = await startRendezvous({ limits: { packetsPerSecond: 1e6, packetBurst: 1e6 } });
    const env = {
      ...RELAY_ENVIRONMENT,
      ...{ LATCHKEY_STATE_DIR: folder, LATCHKEY_RENDEZVOUS: rendezvous.brokerUrl },
    };
    await using relay = startNode({ args: [...RELAY_FLAGS, BUILT_RELAY, 'run'], env });
    const link = await relay.said(CODE);
    await relay.until(/info ready/);
    const camera = (await new StateDirectory(folder, systemClock).open()).identity;
    const mqtt = openRendezvous([{ url: rendezvous.brokerUrl }]);
    try {
      const phone = await TestPhone.create(mqtt);
      const terms = await phone.redeem(
        await phone.open(parseInviteLink(link).secret, camera, { introduce: true }),
      );
      if (typeof terms === 'string') throw new Error(`the claim was refused: ${terms}`);
      const channel = await phone.open(terms.psk, camera, { introduce: false });
      const quiet = await measure(channel, runs, relay.pid);
      const { up } = await deriveChannel(terms.psk, camera.thumbprint);
      using flooder = await startFlood({ brokerUrl: rendezvous.brokerUrl, topic: up.topic, perSecond: rate });
      const flooded = await measure(channel, runs, relay.pid);
      const still = await measureCpu(relay.pid, 3_000);
      flooder.assertRunning();
      return {
        conditions: { rate, runs, unit: 'ms', cpuOfFloodAlone: still },
        rows: [
          { while: 'quiet', ...summarize(quiet.times), 'relay cpu, share of a core': quiet.cpu },
          { while: 'flooded', ...summarize(flooded.times), 'relay cpu, share of a core': flooded.cpu },
        ],
        verdicts: [
          atMost('offer to answer under the flood, p50', summarize(flooded.times)?.p50 ?? null, 30, 'ms'),
          atMost('offer to answer under the flood, max', summarize(flooded.times)?.max ?? null, 150, 'ms'),
        ],
      };
    } finally {
      await mqtt.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(channel: PhoneChannel, runs: number, pid: number) {
  const times: number[] = [];
  const startedAt = performance.now();
  const cpuBefore = readCpuSeconds(pid);
  for (let run = 0; run < runs; run++) {
    times.push(await timeAnswer(channel));
    await pause(PAUSE_MS);
  }
  const cpu = (readCpuSeconds(pid) - cpuBefore) / ((performance.now() - startedAt) / 1000);
  return { times, cpu: round(cpu, 2) };
}

async function timeAnswer(channel: PhoneChannel): Promise<number> {
  const sid = TestPhone.sessionId();
  const body = { nonce: channel.nonce, sid, sdp: buildOffer() };
  const startedAt = performance.now();
  const { hash } = await channel.send({ type: 'offer', body });
  const answer = await channel.answerTo(hash);
  const ms = performance.now() - startedAt;
  if (answer.type !== 'answer') throw new Error(`no answer but ${JSON.stringify(answer)}`);
  await channel.send({ type: 'leave', body: { nonce: channel.nonce, sid } });
  return ms;
}

async function measureCpu(pid: number, ms: number): Promise<number> {
  const before = readCpuSeconds(pid);
  await pause(ms);
  return round((readCpuSeconds(pid) - before) / (ms / 1000), 2);
}

async function startFlood(order: FloodOrder) {
  const child = fork(FLOODER, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(order);
  await once(child, 'message');
  return {
    assertRunning() {
      if (child.exitCode !== null) throw new Error('the flood has ended by itself');
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
