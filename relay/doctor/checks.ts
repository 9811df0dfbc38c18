import { join } from 'node:path';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import { findCameras } from '../capture/sources/find-cameras.ts';
import { type Config, ConfigError, loadConfig, stateDirectoryOf } from '../config.ts';
import { askRelay } from '../control/ask-relay.ts';
import { readMachineHealth } from '../health/machine-health.ts';
import { openRendezvous } from '../rendezvous/mqtt-rendezvous.ts';
import { SETTINGS_FILE } from '../settings/settings-store.ts';
import { trySoundEngine } from '../sound/engine/try-sound-engine.ts';
import { StateDirectory } from '../storage/state-directory.ts';
import { systemMonotonicMs } from '../system-clock.ts';
import { SOURCE_TIME_S } from '../time/source-time.ts';
import { createSystemClockProbe } from '../time/system-clock-probe.ts';
import { IceServers } from '../turn/ice-servers.ts';
import { VERSION } from '../version.ts';
import { checkAccess } from './access-check.ts';
import { checkCameras } from './cameras-check.ts';
import { checkSource } from './capture-check.ts';
import { checkClock } from './clock-check.ts';
import type { Check } from './diagnose.ts';
import { type Finding, findingsOn } from './finding.ts';
import { checkIce } from './ice-check.ts';
import { checkLight } from './light-check.ts';
import { checkMachine } from './machine-check.ts';
import { checkNode } from './node-check.ts';
import { checkPage } from './page-check.ts';
import { checkPictures } from './pictures-check.ts';
import { checkBroker } from './rendezvous-check.ts';
import { checkRunning } from './running-check.ts';
import { checkChosen } from './settings-check.ts';
import { checkSound } from './sound-check.ts';
import { checkStateDirectory } from './state-check.ts';
import { checkWatchLog } from './watch-log-check.ts';

/** A relay that is well answers at once. */
const STATUS_LIMIT_MS = 3_000;

/** Everything to look at on this machine, by these settings. */
export function checksFor(env: Readonly<Record<string, string | undefined>>, clock: Clock): readonly Check[] {
  const directory = stateDirectoryOf(env);
  const state = new StateDirectory(directory, clock);
  const askStatus = () => askRelay(directory, { type: 'status' }, { timeoutMs: STATUS_LIMIT_MS });
  const config = readConfig(env);
  return [
    { subject: 'machine', look: () => checkMachine(() => readMachineHealth(directory)) },
    { subject: 'Node', look: async () => checkNode(process.versions.node) },
    { subject: 'settings', look: async () => config.findings },
    { subject: 'chosen on phones', look: () => checkChosen(join(directory, SETTINGS_FILE)) },
    {
      subject: 'state directory',
      look: () => checkStateDirectory(directory, process.geteuid?.() ?? null),
    },
    { subject: 'key and access', look: () => checkAccess(state) },
    { subject: 'who watched', look: () => checkWatchLog(state) },
    { subject: 'running camera', look: () => checkRunning(askStatus, VERSION) },
    {
      subject: 'pictures',
      look: () =>
        checkPictures(() => askRelay(directory, { type: 'health' }, { timeoutMs: STATUS_LIMIT_MS })),
    },
    ...(config.config === null ? [] : checksBySettings(config.config, clock)),
  ];
}

function checksBySettings(config: Config, clock: Clock): readonly Check[] {
  const { pageUrl, linkRendezvousUrl, rendezvous: brokers } = config;
  const time = {
    ...{ probe: createSystemClockProbe(), now: numericDateOf(clock), least: SOURCE_TIME_S },
    isTrustedAnyway: config.clockTrust === 'trusted',
  };
  const dial = { open: openRendezvous, nowMs: systemMonotonicMs };
  const page = { pageUrl, linkRendezvousUrl, brokers, open: openRendezvous, fetch };
  const ice = {
    servers: new IceServers(config.iceServers, config.turn).forCamera(numericDateOf(clock)),
    relayBy: async (...args: Parameters<Parameters<typeof checkIce>[0]['relayBy']>) => {
      const { tryRelay } = await import('../webrtc/try-relay.ts');
      await tryRelay(...args);
    },
  };
  return [
    { subject: 'clock', look: (options) => checkClock(time, options) },
    ...brokers.map((address) => ({
      subject: 'rendezvous',
      look: (options: { readonly signal: AbortSignal }) => checkBroker({ ...dial, address }, options),
    })),
    { subject: 'page', look: (options) => checkPage(page, options) },
    { subject: 'STUN and TURN', look: (options) => checkIce(ice, options) },
    { subject: 'light', look: () => checkLight(config.light) },
    { subject: 'sound', look: (options) => checkSound(config.sound, trySoundEngine, options) },
    { subject: 'cameras', look: (options) => checkCameras(findCameras, options) },
    { subject: 'picture', look: (options) => checkSource(config, options) },
  ];
}

/** Null with the faults there are. */
function readConfig(env: Readonly<Record<string, string | undefined>>): {
  readonly config: Config | null;
  readonly findings: readonly Finding[];
} {
  const { ok, fail } = findingsOn('settings');
  try {
    return { config: loadConfig(env), findings: [ok('They can be used.')] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: null, findings: error.faults.map((fault) => fail(`${fault}.`, 'See: latchkey help')) };
  }
}
