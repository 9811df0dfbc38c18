import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { lockState, type StateLock } from '../storage/state-lock.ts';
import { StorageError } from '../storage/storage-error.ts';
import { askRelay } from './ask-relay.ts';
import { ControlError } from './control-error.ts';

const OWNER_ONLY_DIRECTORY = 0o700;
/** A relay that starts answers within half a second, on a slow machine within two; a command holds the lock for less. */
const WAIT_LIMIT_MS = 5_000;
const PAUSE_MS = 100;
/** Asked of a relay that may hang, only to say which process it is. */
const STATUS_LIMIT_MS = 1_000;

/** A state directory, and how to wait for others who use it. */
export interface CameraPlace {
  readonly directory: string;
  /** Default: passes that many milliseconds. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Does a thing by way of the relay where it runs, and else with its state directory to itself, so that none can start
 * meanwhile. One that is just starting is waited for.
 * @throws StorageError `in_use` when somebody has the directory and does not answer | whatever either way throws
 */
export async function atCamera<T>(
  place: CameraPlace,
  { online, offline }: { readonly online: () => Promise<T>; readonly offline: () => Promise<T> },
): Promise<T> {
  const { directory } = place;
  return persist(place, async () => {
    const answered = await unlessNotRunning(online);
    if (answered !== null) return answered;
    if (!existsSync(directory)) return { result: await offline() };
    const attempt = await lockState(directory);
    if (attempt.type === 'held') return null;
    using _lock = attempt.type === 'locked' ? attempt.lock : null;
    return { result: await offline() };
  });
}

/**
 * The lock of a relay that starts, and the directory where there is none yet; null where this machine cannot lock.
 * @throws StorageError `in_use` when another one runs already, or a command does not end.
 */
export async function lockForRelay(place: CameraPlace): Promise<StateLock | null> {
  const { directory } = place;
  await mkdir(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  return persist(place, async () => {
    const attempt = await lockState(directory);
    if (attempt.type === 'locked') return { result: attempt.lock };
    await refuseIfRunning(directory);
    return attempt.type === 'unavailable' ? { result: null } : null;
  });
}

/** Tries until there is a result. */
async function persist<T>(
  { directory, pause = delay }: CameraPlace,
  attempt: () => Promise<{ readonly result: T } | null>,
): Promise<T> {
  for (let waitedMs = 0; waitedMs <= WAIT_LIMIT_MS; waitedMs += PAUSE_MS) {
    const outcome = await attempt();
    if (outcome !== null) return outcome.result;
    await pause(PAUSE_MS);
  }
  throw new StorageError('in_use', `another latchkey is at work in ${directory}, and does not answer`);
}

async function unlessNotRunning<T>(ask: () => Promise<T>): Promise<{ readonly result: T } | null> {
  try {
    return { result: await ask() };
  } catch (error) {
    if (error instanceof ControlError && error.code === 'not_running') return null;
    throw error;
  }
}

/** Whoever has the lock and no socket is starting, or a command. */
async function refuseIfRunning(directory: string): Promise<void> {
  const status = askRelay(directory, { type: 'status' }, { timeoutMs: STATUS_LIMIT_MS });
  const running = await unlessNotRunning(() => status.catch(unlessSilent));
  if (running === null) return;
  const which = running.result === null ? '' : `, as process ${running.result.pid}`;
  throw new StorageError(
    'in_use',
    `this camera runs already${which}. Another camera needs a LATCHKEY_STATE_DIR of its own`,
  );
}

/** Null for one that runs and does not say which process it is. */
function unlessSilent(error: unknown): null {
  if (error instanceof ControlError && error.code !== 'not_running') return null;
  throw error;
}
