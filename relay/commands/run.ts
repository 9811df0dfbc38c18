import { join } from 'node:path';
import type { CaptureFormat } from '../capture/capture.ts';
import { checkCapture, openCapture } from '../capture/open-capture.ts';
import { SharedCapture } from '../capture/shared-capture.ts';
import { withoutLogin } from '../capture/sources/parse-source.ts';
import { type Config, loadConfig } from '../config.ts';
import { lockForRelay } from '../control/at-camera.ts';
import { createControlHandler } from '../control/control-handler.ts';
import { ControlServer } from '../control/control-server.ts';
import { openLight } from '../light/open-light.ts';
import { boundLog, createLog, errorCode, type Log } from '../log.ts';
import { createTerminalDisplay } from '../pairing/terminal-display.ts';
import { type Relay, startRelay } from '../relay.ts';
import { openRendezvous } from '../rendezvous/mqtt-rendezvous.ts';
import { SoundEngine } from '../sound/engine/sound-engine.ts';
import { CLOCK_FILE, StateDirectory } from '../storage/state-directory.ts';
import { systemMonotonicMs } from '../system-clock.ts';
import { ClockFloor } from '../time/clock-floor.ts';
import { trustingProbe } from '../time/clock-probe.ts';
import { SOURCE_TIME_S } from '../time/source-time.ts';
import { createSystemClockProbe } from '../time/system-clock-probe.ts';
import { startTrustedTime, type TrustedTime } from '../time/trusted-time.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { EXIT } from './exit-code.ts';

const description =
  'Shows a code to scan while nobody owns the camera, lets phones in, and sends them the picture, ' +
  'until it is asked to end (SIGTERM, Ctrl-C). One at a time: a second one on the same state ' +
  'directory is refused.';

/** `latchkey run` */
export const run = defineCommand({
  operands: [],
  options: {},
  description,
  async run(context) {
    const config = loadConfig(context.env);
    const stopped = context.untilStopped().then(() => 'stopped' as const);
    // A source that cannot be is told now, not to the first viewer.
    checkCapture(config.source, config.format);
    const log = boundLog(createLog(context.writeError), context.clock);
    using lock = await lockForRelay({ directory: config.stateDirectory });
    if (lock === null) log.warn('state directory not locked', { code: 'no_flock' });
    // A camera that was told to forget everything starts over as a new one.
    while ((await serve({ context, config, log, stopped })) === 'forgotten') log.info('starting over');
    return EXIT.ok;
  },
});

interface ServeOptions {
  readonly context: CommandContext;
  readonly config: Config;
  readonly log: Log;
  readonly stopped: Promise<'stopped'>;
}

/** One life of the camera; resolves with how it ended. */
async function serve(options: ServeOptions): Promise<'stopped' | 'forgotten'> {
  const { context, config, log, stopped } = options;
  const { clock, write, isTerminal } = context;
  // Closed with the relay, and also where none comes of it.
  await using parts = new AsyncDisposableStack();
  const open = (format: CaptureFormat | null) =>
    openCapture(config.source, format ?? config.format, { clock, log, clockStrip: config.hasClockStrip });
  const source = parts.adopt(new SharedCapture({ open, clock, log }), (each) => each.close());
  const engine = new SoundEngine({ settings: config.sound, clock, log });
  const sound = parts.adopt(engine, (each) => each.close());
  const rendezvous = parts.adopt(openRendezvous(config.rendezvous), (each) => each.close());
  const time = parts.adopt(await startTime(options), (each) => each.close());
  const state = new StateDirectory(config.stateDirectory, clock);
  const display = createTerminalDisplay(write, isTerminal);
  const light = openLight(config.light);
  const relay = await startRelay({
    config,
    state,
    rendezvous,
    source,
    sound,
    display,
    light,
    clock,
    time,
    log,
  });
  const forgotten = Promise.withResolvers<'forgotten'>();
  const control = await openControl(relay, options, () => forgotten.resolve('forgotten'));
  log.info('ready', { camera: config.cameraName, source: withoutLogin(config.source) });
  const end = await Promise.race([stopped, forgotten.promise]);
  await control?.close();
  await relay.close();
  return end;
}

function startTime({ context: { clock }, config, log }: ServeOptions): Promise<TrustedTime> {
  return startTrustedTime({
    ...{ clock, log, monotonicMs: systemMonotonicMs, leastS: SOURCE_TIME_S },
    probe: config.clockTrust === 'trusted' ? trustingProbe : createSystemClockProbe(),
    floor: new ClockFloor({ path: join(config.stateDirectory, CLOCK_FILE), clock, log }),
  });
}

/** A camera that cannot be spoken to at the command line is a camera all the same. */
async function openControl(
  { control }: Relay,
  { context: { clock }, config: { stateDirectory: directory }, log }: ServeOptions,
  onForgotten: () => void,
): Promise<ControlServer | null> {
  try {
    const handle = createControlHandler({ control, clock, onForgotten });
    return await ControlServer.open({ directory, handle, clock, log });
  } catch (error) {
    log.warn('no command line', { code: errorCode(error) });
    return null;
  }
}
