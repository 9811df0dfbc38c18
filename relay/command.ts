import { join } from 'node:path';
import type { Clock } from '#shared/clock.ts';
import { CaptureError } from './capture/capture-error.ts';
import { checkCapture, openCapture } from './capture/open-capture.ts';
import { SharedCapture } from './capture/shared-capture.ts';
import { type Config, ConfigError, loadConfig, SETTINGS } from './config.ts';
import { createLog } from './log.ts';
import { createTerminalDisplay } from './pairing/terminal-display.ts';
import { startRelay } from './relay.ts';
import { openRendezvous } from './rendezvous/mqtt-rendezvous.ts';
import { CLOCK_FILE, StateDirectory } from './storage/state-directory.ts';
import { StorageError } from './storage/storage-error.ts';
import { systemMonotonicMs } from './system-clock.ts';
import { ClockFloor } from './time/clock-floor.ts';
import { trustingProbe } from './time/clock-probe.ts';
import { SOURCE_TIME_S } from './time/source-time.ts';
import { createSystemClockProbe } from './time/system-clock-probe.ts';
import { startTrustedTime } from './time/trusted-time.ts';

/** What a command needs of the process it runs in. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Whether `write` shows colours. */
  readonly isTerminal: boolean;
  /** Resolves when the process is asked to end. */
  readonly untilStopped: () => Promise<void>;
}

/** Exit codes by sysexits(3). */
const EXIT_OK = 0;
const EXIT_USAGE = 64;
const EXIT_DATA = 65;
const EXIT_CONFIG = 78;

/** Runs one `latchkey` command; the exit code. */
export async function runCommand(context: CommandContext): Promise<number> {
  const { args, writeError } = context;
  const [name = 'run', ...rest] = args;
  if (['help', '--help', '-h'].includes(name) || rest.includes('--help')) return help(context);
  if (rest.length > 0 || (name !== 'run' && name !== 'reset')) {
    writeError(`latchkey: unknown command: ${args.join(' ')}\nTry: latchkey help`);
    return EXIT_USAGE;
  }
  try {
    const config = loadConfig(context.env);
    return await (name === 'run' ? run(context, config) : reset(context, config));
  } catch (error) {
    return explain(error, writeError);
  }
}

async function run(
  { clock, write, writeError, isTerminal, untilStopped }: CommandContext,
  config: Config,
): Promise<number> {
  const log = createLog(writeError);
  const stopped = untilStopped();
  // A source that cannot be is told now, not to the first viewer.
  checkCapture(config.source, config.format);
  const open = () => openCapture(config.source, config.format, { clock, clockStrip: config.hasClockStrip });
  const source = new SharedCapture({ open, clock, log });
  const time = await startTrustedTime({
    ...{ clock, log, monotonicMs: systemMonotonicMs, leastS: SOURCE_TIME_S },
    probe: config.clockTrust === 'trusted' ? trustingProbe : createSystemClockProbe(),
    floor: new ClockFloor({ path: join(config.stateDirectory, CLOCK_FILE), clock, log }),
  });
  const relay = await startRelay({
    ...{ config, time },
    state: new StateDirectory(config.stateDirectory, clock),
    rendezvous: openRendezvous(config.rendezvous),
    source,
    display: createTerminalDisplay(write, isTerminal),
    clock,
    log,
  });
  log.info('ready', { camera: config.cameraName, source: config.source });
  await stopped;
  await relay.close();
  await source.close();
  return EXIT_OK;
}

/** Forgets owners, guests and the key; phones that were let in have to scan anew. */
async function reset({ clock, write }: CommandContext, config: Config): Promise<number> {
  const wasThere = await new StateDirectory(config.stateDirectory, clock).reset();
  write(
    wasThere
      ? 'Everything is forgotten. Restart the camera if it is running: then it shows a new code.'
      : `There is nothing to forget in ${config.stateDirectory}. Is LATCHKEY_STATE_DIR that of the camera?`,
  );
  return EXIT_OK;
}

function help({ write }: CommandContext): number {
  const width = Math.max(...Object.keys(SETTINGS).map((name) => name.length));
  const settings = Object.entries(SETTINGS).map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`);
  write(
    [
      'latchkey: a private webcam whose only key is in your pocket',
      '',
      '  latchkey run     show the code, let phones in, send the picture',
      '  latchkey reset   forget owners, guests and the key',
      '  latchkey help    this text',
      '',
      'Settings (environment):',
      ...settings,
    ].join('\n'),
  );
  return EXIT_OK;
}

function explain(error: unknown, writeError: (text: string) => void): number {
  if (error instanceof ConfigError) {
    writeError(
      ['latchkey: the settings cannot be used:', ...error.faults.map((fault) => `  ${fault}`)].join('\n'),
    );
    return EXIT_CONFIG;
  }
  if (error instanceof CaptureError) {
    writeError(`latchkey: LATCHKEY_CAMERA: ${error.message}`);
    return EXIT_CONFIG;
  }
  if (error instanceof StorageError) {
    writeError(`latchkey: ${error.message}`);
    return EXIT_DATA;
  }
  throw error;
}
