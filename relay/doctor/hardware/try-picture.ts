import type { Clock } from '#shared/clock.ts';
import type { AccessUnit, Capture, CaptureFormat } from '../../capture/capture.ts';
import { CaptureError } from '../../capture/capture-error.ts';
import { PLAIN_PICTURE } from '../../capture/picture-settings.ts';
import { readSequenceInfo } from '../../capture/sequence-parameter-set.ts';
import { errorCode } from '../../log.ts';
import { type Finding, findingsOn } from '../finding.ts';
import { UnitLog } from './unit-log.ts';

/** What is tried, and by which clock. */
export interface PictureTrial {
  readonly capture: Capture;
  readonly clock: Clock;
  /** What the capture was made with. */
  readonly format: CaptureFormat;
}

interface Trial extends PictureTrial {
  readonly log: UnitLog;
}

const { ok, warn, fail } = findingsOn('camera');
/** Pictures of so long tell a rate. */
const STEADY_MS = 3_000;
/** What an encoder has settled on is measured after this. */
const SETTLE_MS = 1_500;
const BITRATES_BPS = { high: 2_000_000, low: 400_000 };
/** People see a longer one. */
const MAX_GAP_MS = 100;
/** One that makes them by itself makes one every two to ten seconds. */
const KEYFRAME_LIMIT_MS = 12_000;
/** By a restart. */
const FORMAT_LIMIT_MS = 10_000;
const SPARE_RATE = 0.9;
const KBIT = 1_000;

/** Opens a camera and tries all that it says it can, one after the other; lets go of it at the end. */
export async function tryPicture(trial: PictureTrial): Promise<readonly Finding[]> {
  const log = new UnitLog(trial.capture, trial.clock);
  const findings: Finding[] = [];
  try {
    findings.push(await tryOpening(trial, log));
    for (const part of PARTS) findings.push(...(await part({ ...trial, log })));
  } catch (error) {
    findings.push(
      fail('It cannot be used.', error instanceof CaptureError ? error.message : errorCode(error)),
    );
  } finally {
    log.close();
    await trial.capture.close();
  }
  return findings;
}

const PARTS: readonly ((trial: Trial) => Promise<readonly Finding[]>)[] = [
  trySteady,
  tryBitrate,
  tryKeyframe,
  tryFormat,
  tryLow,
  tryTurn,
  trySnapshot,
];

async function tryOpening({ capture, clock }: PictureTrial, log: UnitLog): Promise<Finding> {
  const startedAtMs = clock.nowMs();
  const first = log.next(() => true, KEYFRAME_LIMIT_MS);
  await capture.start();
  await first;
  return ok(
    `${capture.abilities.description}: the first picture came after ${since(startedAtMs, clock)} ms.`,
  );
}

async function trySteady({ log, clock, format }: Trial): Promise<readonly Finding[]> {
  await wait(clock, SETTLE_MS);
  const sinceMs = clock.nowMs();
  await wait(clock, STEADY_MS);
  const rate = Math.round(log.rate(sinceMs) * 10) / 10;
  const delays = log.delays(sinceMs).toSorted((a, b) => a - b);
  const middle = Math.round(delays[Math.floor(delays.length / 2)] ?? 0);
  const text = `${rate} pictures a second, ${middle} ms in the encoder, at most ${Math.round(log.longestGap(sinceMs))} ms apart.`;
  const isFast = rate >= format.frameRate * SPARE_RATE;
  return [
    isFast
      ? ok(text)
      : warn(text, `${format.frameRate} were asked for: more light, or a smaller LATCHKEY_FORMAT.`),
  ];
}

async function tryBitrate({ capture, log, clock }: Trial): Promise<readonly Finding[]> {
  if (capture.abilities.bitrate !== 'live') {
    return [
      warn('Its bitrate does not change while it runs.', 'Viewers on narrow paths get fewer pictures.'),
    ];
  }
  const high = await runAt(BITRATES_BPS.high);
  const low = await runAt(BITRATES_BPS.low);
  const gapMs = Math.round(Math.max(high.gapMs, low.gapMs));
  const text = `${high.kbps} kbit/s at 2000, ${low.kbps} at 400, at most ${gapMs} ms apart at the change.`;
  const most = (BITRATES_BPS.low * 1.5) / KBIT;
  if (low.kbps > most) return [fail(text, 'The encoder does not do as it is told.')];
  if (high.kbps < most) return [warn(text, 'Too little moves before the camera to tell. Wave to it.')];
  return [
    gapMs <= MAX_GAP_MS ? ok(text) : warn(text, `The picture should not stand still for ${MAX_GAP_MS} ms.`),
  ];

  async function runAt(bitrateBps: number): Promise<{ kbps: number; gapMs: number }> {
    const changedAtMs = clock.nowMs();
    capture.setBitrate(bitrateBps);
    await wait(clock, SETTLE_MS);
    const gapMs = log.longestGap(changedAtMs);
    const settledAtMs = clock.nowMs();
    await wait(clock, STEADY_MS);
    return { kbps: Math.round(log.bitrate(settledAtMs) / KBIT), gapMs };
  }
}

async function tryKeyframe({ capture, log, clock }: Trial): Promise<readonly Finding[]> {
  const askedAtMs = clock.nowMs();
  const keyframe = log.next(isMainKeyframe, KEYFRAME_LIMIT_MS);
  capture.requestKeyframe();
  if (!(await keyframe)) return [fail('No keyframe came.', 'Have the camera make one every two seconds.')];
  const isAsked = capture.abilities.keyframes === 'on-request';
  const text = `A keyframe came after ${since(askedAtMs, clock)} ms${isAsked ? '' : ', as it makes them by itself'}.`;
  return [ok(text)];
}

async function tryFormat({ capture, log, clock, format }: Trial): Promise<readonly Finding[]> {
  const { abilities } = capture;
  if (abilities.format === 'never') return [warn('Its size is its own.', 'Set it in the camera.')];
  const half = { ...format, width: even(format.width / 2), height: even(format.height / 2) };
  const changedAtMs = clock.nowMs();
  const smaller = log.next((unit) => readSequenceInfo(unit.nalUnits)?.width === half.width, FORMAT_LIMIT_MS);
  capture.setFormat(half);
  const isSmaller = (await smaller) !== null;
  const gapMs = Math.round(log.longestGap(changedAtMs));
  const full = log.next((unit) => readSequenceInfo(unit.nalUnits)?.width === format.width, FORMAT_LIMIT_MS);
  capture.setFormat(format);
  const isFull = (await full) !== null;
  if (!isSmaller || !isFull)
    return [fail('Its size does not change.', 'The encoder does not do as it is told.')];
  return [ok(`${half.width}x${half.height} and back, ${gapMs} ms without a picture.`)];
}

async function tryLow({ capture, log, clock }: Trial): Promise<readonly Finding[]> {
  if (!capture.abilities.canMakeLow) return [];
  const askedAtMs = clock.nowMs();
  const low = log.next(({ rendition, isKeyframe }) => rendition === 'low' && isKeyframe, KEYFRAME_LIMIT_MS);
  capture.setLow(BITRATES_BPS.low);
  const unit = await low;
  await wait(clock, STEADY_MS);
  const rate = Math.round(log.rate(askedAtMs));
  capture.setLow(null);
  if (!unit) return [fail('No second encoding came.', 'Viewers on narrow paths get keyframes only.')];
  return [ok(`A second, smaller encoding beside it: ${rate} pictures a second of the first one meanwhile.`)];
}

async function tryTurn({ capture, log, clock }: Trial): Promise<readonly Finding[]> {
  if (!capture.abilities.canTurn) return [];
  capture.setPicture({ ...PLAIN_PICTURE, rotation: 180 });
  await wait(clock, SETTLE_MS);
  const keyframe = log.next(isMainKeyframe, KEYFRAME_LIMIT_MS);
  capture.requestKeyframe();
  const isThere = (await keyframe) !== null;
  capture.setPicture(PLAIN_PICTURE);
  return [isThere ? ok('It gives a picture upside down, too.') : fail('It gives no picture upside down.')];
}

async function trySnapshot({ capture }: Trial): Promise<readonly Finding[]> {
  const { type, bytes, width, height } = await capture.snapshot();
  return [ok(`A snapshot of ${width}x${height}, ${Math.round(bytes.length / 1024)} KB, ${type}.`)];
}

function isMainKeyframe({ isKeyframe, rendition }: AccessUnit): boolean {
  return isKeyframe && rendition === 'main';
}

function even(pixels: number): number {
  return Math.round(pixels / 2) * 2;
}

function since(ms: number, clock: Clock): number {
  return Math.round(clock.nowMs() - ms);
}

function wait(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
