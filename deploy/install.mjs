// Runs on the Node that is there (20 or later) before anything is installed: nothing but Node's own modules here.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const LEAST_NODE = 24;
/** What systemd, System V init and OpenRC leave while they are at work. */
const INIT_SYSTEMS = ['/run/systemd/system', '/run/initctl', '/run/openrc/softlevel'];
const STAMP = join(root, 'node_modules', '.latchkey-installed');

/** Says what is going on, on its own line. */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Installs the packages the lock file names, when it has changed since the last time. */
export function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(readFileSync(join(root, 'package.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  say('Installing packages (once, about a minute) ...');
  const args = ['install', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('npm install failed; its messages are above');
  writeFileSync(STAMP, wanted);
}

/** A Node that runs TypeScript as it is: the one npm brought, or this one. */
export function findNode() {
  const [major] = process.versions.node.split('.');
  const brought = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(brought)) return brought;
  if (Number(major) >= LEAST_NODE) return process.execPath;
  throw new Error(
    `Latchkey needs Node ${LEAST_NODE}; for this kind of machine npm has none, so please install it`,
  );
}

/** The environment in which the project's tools are found first. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` };
}

/** Installs Debian packages that are missing, where that is possible; true when all are there afterwards. */
export function installDebianPackages(names, reason, environment = {}) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return true;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  say(`Installing ${missing.join(', ')} from Debian (${reason}) ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...environment };
  const apt = (...args) =>
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  return apt(...install) || (apt('update', '-qq') && apt(...install));
}

/**
 * The same for packages that bring a service, of which only the programs are wanted. Where an init system is at work the
 * service would run, now and whenever the machine starts, so nothing is installed there. Elsewhere, in a container, a
 * package asks invoke-rc.d to start it, and that starts nothing in runlevel 1.
 */
export function installDebianServices(names, reason) {
  if (INIT_SYSTEMS.some((path) => existsSync(path))) return names.every(isInstalled);
  return installDebianPackages(names, reason, { RUNLEVEL: '1', PREVLEVEL: 'N' });
}

function isInstalled(name) {
  const { stdout } = spawnSync('dpkg', ['--status', name], { encoding: 'utf8' });
  return stdout?.includes('Status: install ok installed') ?? false;
}

/** Runs one of the project's tools to its end; its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: toolEnvironment(), stdio: 'inherit', ...options });
    child.on('error', () => resolve(127));
    child.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}
