import type { CameraHealth, Strain } from '#shared/camera-health.ts';
import type { Rate } from '#shared/health-rates.ts';
import { durationWords } from '../lending/moments.ts';

/** A Raspberry Pi slows down here. */
const HOT_C = 80;
const WARM_C = 70;
/** Below this the camera soon cannot write down what is changed. */
const LITTLE_DISK_BYTES = 50_000_000;
const BUSY_LOAD = 0.95;
/** Below this a share of lost packets is not seen. */
const NOTABLE_LOSS = 0.02;
/** Fewer pictures a second are lost in the measurement. */
const NOTABLE_DROPS = 1.5;

/** One thing that somebody should know, worst first. */
export interface HealthWord {
  readonly kind: 'good' | 'warning' | 'bad';
  readonly words: string;
}

/** The sentence at the top: what is worst, or that all is well. */
export function summaryOf(health: CameraHealth): HealthWord {
  const words = [...strainWords(health), ...heatWords(health), ...diskWords(health), ...loadWords(health)];
  const worst = words.find(({ kind }) => kind === 'bad') ?? words[0];
  return worst ?? { kind: 'good', words: 'All is well' };
}

/** Heat in plain words first. */
export function heatSentence(temperature: number | null): string {
  if (temperature === null) return 'Its machine does not say';
  const degrees = `${Math.round(temperature)} °C`;
  if (temperature < WARM_C) return `Cool enough: ${degrees}`;
  return temperature < HOT_C ? `Warm: ${degrees}, fine until ${HOT_C}` : `Too hot: ${degrees}. Give it air`;
}

/** What the power supply does. */
export function powerSentence(strains: CameraHealth['machine']['strains']): string {
  if (strains === null) return 'Its machine does not say';
  if (strains.now.length > 0) return strains.now.map(strainSentence).join('. ');
  if (strains.before.length === 0) return 'Enough, at full speed';
  return `Enough now. Since it was switched on: ${strains.before.map(strainSentence).join(', ').toLowerCase()}`;
}

/** Pictures and bits a second. */
export function rateWords(rate: Rate | null): string {
  if (rate === null) return 'Measuring';
  const { picturesPerSecond, bitsPerSecond } = rate;
  if (picturesPerSecond < 0.05) return 'No pictures just now';
  return `${Math.round(picturesPerSecond)} pictures a second, ${bitWords(bitsPerSecond)}`;
}

/** How a picture gets to somebody. */
export function linkWords({ path, round_trip, loss }: CameraHealth['views'][number]): string {
  const words = [
    path === null ? '' : path === 'direct' ? 'Straight' : 'Through a relay',
    round_trip === null ? '' : `${round_trip} ms there and back`,
    loss === null
      ? ''
      : loss < NOTABLE_LOSS
        ? 'hardly any loss'
        : `${Math.round(loss * 100)} % lost on the way`,
  ];
  return words.filter(Boolean).join(', ');
}

/** How many of the pictures that were made somebody does not get; empty where it is hardly any. */
export function dropWords(made: Rate | null, sent: Rate | null): string {
  const dropped = (made?.picturesPerSecond ?? 0) - (sent?.picturesPerSecond ?? 0);
  if (made === null || sent === null || dropped < NOTABLE_DROPS) return '';
  return `${Math.round(dropped)} a second left out, to keep up`;
}

/** Free room on its disk. */
export function diskSentence(free: number | null): string {
  if (free === null) return 'Its machine does not say';
  const room = free >= 1e9 ? `${(free / 1e9).toFixed(1)} GB free` : `${Math.round(free / 1e6)} MB free`;
  return free < LITTLE_DISK_BYTES ? `Nearly full: ${room}` : room;
}

/** How busy the machine is. */
export function loadSentence({ load, uptime }: CameraHealth['machine']): string {
  return `${Math.round(load * 100)} % busy, up for ${durationWords(uptime)}`;
}

function bitWords(bits: number): string {
  return bits >= 1e6
    ? `${(bits / 1e6).toFixed(1)} Mbit a second`
    : `${Math.round(bits / 1000)} kbit a second`;
}

function strainSentence(strain: Strain): string {
  switch (strain) {
    case 'undervoltage':
      return 'Too little power';
    case 'capped':
      return 'Clock held down';
    case 'throttled':
      return 'Slowed down';
    case 'hot':
      return 'Near the limit of its heat';
    default:
      return strain satisfies never;
  }
}

function strainWords({ machine }: CameraHealth): HealthWord[] {
  return (machine.strains?.now ?? []).map((strain) => ({ kind: 'bad', words: strainSentence(strain) }));
}

function heatWords({ machine: { temperature } }: CameraHealth): HealthWord[] {
  if (temperature === null || temperature < WARM_C) return [];
  return [{ kind: temperature < HOT_C ? 'warning' : 'bad', words: heatSentence(temperature) }];
}

function diskWords({ machine: { disk_free } }: CameraHealth): HealthWord[] {
  const isLittle = disk_free !== null && disk_free < LITTLE_DISK_BYTES;
  return isLittle ? [{ kind: 'bad', words: diskSentence(disk_free) }] : [];
}

function loadWords({ machine: { load } }: CameraHealth): HealthWord[] {
  return load > BUSY_LOAD ? [{ kind: 'warning', words: 'All its cores are busy' }] : [];
}
