import type { CameraHealth, Strain } from '#shared/camera-health.ts';
import { durationWords } from '../commands/time-words.ts';
import { type Finding, findingsOn } from './finding.ts';

/** A Raspberry Pi slows down at 80 (its documentation, "Frequency management and thermal control"). */
const HOT_C = 80;
const WARM_C = 70;
/** More than the cores can do: pictures come late. */
const FULL_LOAD = 0.95;

const { ok, warn, fail } = findingsOn('machine');

/** Whether the machine has power, and keeps cool. */
export async function checkMachine(
  read: () => Promise<CameraHealth['machine']>,
): Promise<readonly Finding[]> {
  const { temperature, strains, load, uptime } = await read();
  const faults = [
    ...heatFault(temperature),
    ...(strains?.now ?? []).map((strain) => fail(nowWords(strain), remedyFor(strain))),
    ...(strains?.before ?? [])
      .filter((strain) => !strains?.now.includes(strain))
      .map((strain) =>
        warn(`${nowWords(strain)} It was so since the last boot, and is not now.`, remedyFor(strain)),
      ),
    ...(load > FULL_LOAD
      ? [warn('All its cores are busy.', 'A smaller picture, or fewer of them, takes less.')]
      : []),
  ];
  if (faults.length > 0) return faults;
  const heat = temperature === null ? '' : ` at ${temperature} °C`;
  return [ok(`Up for ${durationWords(uptime)}${heat}, ${Math.round(load * 100)} % busy.`)];
}

function heatFault(temperature: number | null): readonly Finding[] {
  if (temperature === null || temperature < WARM_C) return [];
  if (temperature < HOT_C)
    return [
      warn(`It is warm: ${temperature} °C. It slows down at ${HOT_C}.`, 'Give it air, or a heat sink.'),
    ];
  return [fail(`It is too hot: ${temperature} °C.`, 'Give it air, or a heat sink.')];
}

function nowWords(strain: Strain): string {
  switch (strain) {
    case 'undervoltage':
      return 'It gets too little power.';
    case 'capped':
      return 'Its clock is held down.';
    case 'throttled':
      return 'It is slowed down to half its speed and less.';
    case 'hot':
      return 'It is near the limit of its heat.';
    default:
      return strain satisfies never;
  }
}

function remedyFor(strain: Strain): string {
  return strain === 'hot'
    ? 'Give it air, or a heat sink.'
    : 'Use the power supply that was made for it, and a short cable; keep it cool.';
}
