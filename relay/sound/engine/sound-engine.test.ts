import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '#shared/clock.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { encodeSequenceParameterSet } from '../../capture/test-picture/h264/parameter-sets.ts';
import { TestPicture } from '../../capture/test-picture/test-picture.ts';
import { createLog } from '../../log.ts';
import { systemClock } from '../../system-clock.ts';
import type { AudioPacket } from '../../webrtc/audio-writer.ts';
import { createPacketizer } from '../../webrtc/packetizer.ts';
import { encodeRtpHeader } from '../../webrtc/rtp-packet.ts';
import type { SoundFault } from '../sound-devices.ts';
import { SILENT, type SoundSettings } from '../sound-settings.ts';
import { hasPulseAudio, PulseRoom } from '../testing/pulse-room.ts';
import { newestSamples, peak, shareOfTone } from '../testing/tone.ts';
import { SoundEngine, soundEngineProgram } from './sound-engine.ts';

/** Some five seconds of beeps and the silence between them. */
const BEEP_PACKETS = 100;
/** Of the setting `tone`. */
const TONE_HZ = 880;
const DECODER = spawnSync('gst-inspect-1.0', ['openh264dec']).status === 0;
const hasGstreamer =
  spawnSync('gst-inspect-1.0', ['opusenc']).status === 0 &&
  spawnSync('/usr/bin/python3', ['-c', 'import gi']).status === 0;
if (!hasGstreamer) console.warn('skipped: GStreamer with Python and Opus is not installed');

/** A stand-in for the engine: a shell script that has our descriptor 3. */
const shell = (script: string) => ['/bin/sh', '-c', script, 'engine'] as const;

let directory: string;
let engines: SoundEngine[];
let faults: SoundFault[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-sound-'));
  engines = [];
  faults = [];
});
afterEach(async () => {
  const pids = engines.flatMap(({ processId }) => processId ?? []);
  for (const engine of engines) await engine.close();
  await rm(directory, { recursive: true, force: true });
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

function open(
  settings: Partial<SoundSettings>,
  program = soundEngineProgram(),
  clock: Clock = systemClock,
): SoundEngine {
  const engine = new SoundEngine({
    settings: { ...SILENT, ...settings },
    ...{ clock, log: createLog(() => undefined), program },
  });
  engine.onFault((fault) => faults.push(fault));
  engines.push(engine);
  return engine;
}

/** Resolves with so many packets of the microphone. */
function hear(engine: SoundEngine, count: number): Promise<AudioPacket[]> {
  const packets: AudioPacket[] = [];
  return new Promise((resolve) => {
    const stop = engine.onAudio((packet) => {
      packets.push(packet);
      if (packets.length < count) return;
      stop();
      resolve(packets);
    });
  });
}

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

describe('sound engine with a stand-in', () => {
  it('is there while a part is on, and a moment longer, for whoever goes on at once', async () => {
    const clock = new FakeClock();
    const engine = open({}, shell('cat >/dev/null'), clock);
    expect(engine.processId).toBeUndefined();
    engine.switch('microphone', true);
    engine.switch('speaker', true);
    const { processId } = engine;
    engine.switch('microphone', false);
    expect(engine.processId).toBe(processId);
    engine.switch('speaker', false);
    clock.advance(2_000);
    engine.switch('speaker', true);
    engine.switch('speaker', false);
    clock.advance(2_000);
    expect(engine.processId).toBe(processId);
    clock.advance(1_000);
    expect(engine.processId).toBeUndefined();
    await engine.close();
    expect(() => process.kill(processId ?? 0, 0)).toThrow('ESRCH');
  });

  it('is told to close what has failed: a fault may be older than what was opened last', async () => {
    const heard = join(directory, 'heard');
    const fault = String.raw`F\000\000\000\020microphone\ndied\n`;
    const engine = open({}, shell(`printf '${fault}' >&3; cat >${heard}`));
    engine.switch('speaker', true);
    engine.switch('microphone', true);
    await until(() => expect(faults).toMatchObject([{ part: 'microphone', code: 'died' }]));
    await until(async () => expect(await readFile(heard, 'latin1')).toContain('microphone off'));
  });

  it('has every part fail when it dies, or is killed for want of memory', async () => {
    const engine = open({}, shell('kill -9 $$'));
    engine.switch('microphone', true);
    engine.switch('screen', true);
    await until(() => expect(faults).toHaveLength(2));
    expect(faults).toMatchObject([
      { part: 'microphone', code: 'died' },
      { part: 'screen', code: 'died' },
    ]);
  });

  it('says what to install where there is no such program', async () => {
    open({}, ['/nonexistent/python3']).switch('speaker', true);
    await until(() => expect(faults).toMatchObject([{ part: 'speaker', code: 'missing_program' }]));
    expect(faults[0]?.message).toContain('apt install');
  });

  it('is killed when it says what cannot be', async () => {
    open({}, shell('printf "Hello, I am an engine" >&3; cat >/dev/null')).switch('microphone', true);
    await until(() => expect(faults).toMatchObject([{ part: 'microphone', code: 'died' }]));
  });

  it('holds no more than a moment of sound for one that hangs', async () => {
    const engine = open({}, shell('exec sleep 60'));
    engine.switch('speaker', true);
    const packet = Buffer.alloc(1000);
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 20_000; count++) engine.play('speaker', packet);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
    process.kill(engine.processId ?? 0, 'SIGKILL');
    await until(() => expect(faults).toHaveLength(1));
  });
});

describe.skipIf(!hasGstreamer)('sound engine', () => {
  it('hears: packets of 20 ms, each with the time at which it was captured', {
    timeout: 20_000,
  }, async () => {
    const engine = open({ microphone: 'tone' });
    engine.switch('microphone', true);
    const packets = (await hear(engine, 30)).slice(5);
    const steps = packets.slice(1).map(({ rtpTimestamp }, index) => {
      return (rtpTimestamp - (packets[index]?.rtpTimestamp ?? 0)) >>> 0;
    });
    expect(new Set(steps)).toEqual(new Set([960]));
    const ages = packets.map(({ capturedAtMs }) => Date.now() - capturedAtMs);
    expect(Math.min(...ages)).toBeGreaterThan(0);
  });

  it('goes on in time when it is started anew', { timeout: 20_000 }, async () => {
    const engine = open({ microphone: 'tone' });
    engine.switch('microphone', true);
    const first = (await hear(engine, 5)).at(-1);
    engine.switch('microphone', false);
    engine.switch('microphone', true);
    const second = (await hear(engine, 5)).at(-1);
    const ticks = ((second?.rtpTimestamp ?? 0) - (first?.rtpTimestamp ?? 0)) >>> 0;
    const elapsedMs = (second?.capturedAtMs ?? 0) - (first?.capturedAtMs ?? 0);
    expect(Math.abs(ticks / 48 - elapsedMs)).toBeLessThan(1000);
  });

  it('speaks: what a phone sends is played', { timeout: 20_000 }, async () => {
    const path = join(directory, 'spoken.pcm');
    const engine = open({ microphone: 'tone', speaker: `file:${path}` });
    speak(engine, engine);
    engine.switch('speaker', true);
    engine.switch('microphone', true);
    await until(async () => {
      const samples = newestSamples(await readFile(path), 0.3);
      expect(samples.length).toBeGreaterThan(14_000);
      expect(shareOfTone(samples, TONE_HZ)).toBeGreaterThan(0.7);
    });
    expect(faults).toEqual([]);
  });

  it('goes on when what comes is no sound at all', { timeout: 20_000 }, async () => {
    const path = join(directory, 'spoken.pcm');
    const engine = open({ microphone: 'tone', speaker: `file:${path}` });
    engine.switch('speaker', true);
    engine.switch('microphone', true);
    for (let length = 0; length < 400; length++)
      engine.play('speaker', Buffer.from(Array.from({ length }, (_, at) => (length * 31 + at * 17) & 0xff)));
    await hear(engine, 10);
    expect(faults.filter(({ part }) => part !== 'speaker')).toEqual([]);
  });

  it.skipIf(!DECODER)("shows: a phone's picture is decoded", { timeout: 20_000 }, async () => {
    const path = join(directory, 'shown.yuv');
    const engine = open({ screen: `file:${path}` });
    engine.switch('screen', true);
    const picture = new TestPicture({ format: { width: 320, height: 240, frameRate: 30 } });
    const packetizer = createPacketizer();
    let sequenceNumber = 0;
    picture.onAccessUnit((unit) => {
      for (const { payload, marker, rtpTimestamp: timestamp } of packetizer.packetize(unit).packets) {
        sequenceNumber++;
        const header = encodeRtpHeader({ payloadType: 109, marker, sequenceNumber, timestamp, ssrc: 6 });
        engine.play('screen', Buffer.concat([header, payload]));
      }
    });
    engine.onKeyframeNeeded(() => picture.requestKeyframe());
    await picture.start();
    const frameBytes = (320 * 240 * 3) / 2;
    await until(async () => {
      expect((await stat(path)).size).toBeGreaterThan(5 * frameBytes);
    });
    await picture.close();
    const luma = (await readFile(path)).subarray(4 * frameBytes, 4 * frameBytes + 320 * 240);
    expect(new Set(luma).size).toBeGreaterThan(50);
  });

  it.skipIf(!DECODER)('shows no picture larger than a screen, which would take all memory', async () => {
    const path = join(directory, 'shown.yuv');
    const engine = open({ screen: `file:${path}` });
    engine.switch('screen', true);
    const size = encodeSequenceParameterSet({ width: 8_192, height: 8_192, frameRate: 1 });
    const picture = new TestPicture({ format: { width: 320, height: 240, frameRate: 30 } });
    const packetizer = createPacketizer();
    let sequenceNumber = 0;
    picture.onAccessUnit((unit) => {
      const nalUnits = unit.nalUnits.map((nalUnit) =>
        (nalUnit[0] ?? 0) === (size[0] ?? 0) ? size : nalUnit,
      );
      for (const { payload, marker, rtpTimestamp: timestamp } of packetizer.packetize({ ...unit, nalUnits })
        .packets) {
        sequenceNumber++;
        const header = encodeRtpHeader({ payloadType: 109, marker, sequenceNumber, timestamp, ssrc: 6 });
        engine.play('screen', Buffer.concat([header, payload]));
      }
    });
    engine.onKeyframeNeeded(() => picture.requestKeyframe());
    await picture.start();
    await until(() => expect(faults).toMatchObject([{ part: 'screen', code: 'died' }]));
    const score = await readFile(`/proc/${engine.processId}/oom_score_adj`, 'utf8');
    await picture.close();
    expect([(await stat(path)).size, score.trim()]).toEqual([0, '500']);
  });

  it('says of a device that is not there that it is not, and of no other', { timeout: 20_000 }, async () => {
    const engine = open({ microphone: 'tone', speaker: 'alsa:nothing' });
    engine.switch('microphone', true);
    engine.switch('speaker', true);
    await until(() => expect(faults).toMatchObject([{ part: 'speaker', code: 'failed_to_start' }]));
    await hear(engine, 3);
  });
});

describe.skipIf(!hasGstreamer || !hasPulseAudio)('sound engine in a room', () => {
  // Seven programs in real time: on a machine that is busy with something else, beeps are missed and the canceller loses its way.
  it('hears itself, and less of itself with its echo taken out', { timeout: 30_000, retry: 4 }, async () => {
    await using room = await PulseRoom.open();
    const heard: number[] = [];
    for (const isEchoCancelled of [false, true]) {
      const path = join(directory, `${isEchoCancelled}.pcm`);
      const settings = { microphone: 'pulse:room.monitor', speaker: 'pulse:room', isEchoCancelled };
      const engine = open(settings, room.engineProgram);
      const voice = open({ microphone: 'beep' });
      const ear = open({ speaker: `file:${path}` });
      speak(voice, engine);
      speak(engine, ear);
      ear.switch('speaker', true);
      engine.switch('speaker', true);
      engine.switch('microphone', true);
      voice.switch('microphone', true);
      await hear(voice, BEEP_PACKETS);
      heard.push(peak(await readFile(path)));
      for (const each of [voice, engine, ear]) await each.close();
    }
    const [plain = 0, cancelled = 0] = heard;
    expect(plain).toBeGreaterThan(3000);
    // The canceller finds its way anew at each beep: what is left is the beginning of one.
    expect(cancelled).toBeLessThan(plain / 2);
    expect(faults).toEqual([]);
  });
});

/** Plays at one engine's speaker what another's microphone hears. */
function speak(from: SoundEngine, to: SoundEngine): void {
  let sequenceNumber = 0;
  from.onAudio(({ payload, rtpTimestamp: timestamp }) => {
    sequenceNumber++;
    const header = encodeRtpHeader({ payloadType: 111, marker: false, sequenceNumber, timestamp, ssrc: 5 });
    to.play('speaker', Buffer.concat([header, payload]));
  });
}
