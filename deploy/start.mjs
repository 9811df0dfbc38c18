// `npm start`: everything one needs to see Latchkey work, on one machine, from a fresh clone.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findNode, installPackages, root, run, say, toolEnvironment } from './install.mjs';

const USAGE = `npm start -- [options]
  --https        serve over HTTPS with a certificate made here, so that phones on this network can open the page
  --port NUMBER  first port to try (8080, with --https 8443)
  --camera WHAT  test-picture (default), auto, pi, rpicam, v4l2:DEVICE, rtsp://CAMERA, file:PATH, gstreamer:test
  --reset        forget the owners first: the camera shows a new code
  --help         this text`;

const PAGE = join(root, 'dist', 'pwa');
const RELAY = join(root, 'dist', 'relay', 'latchkey.mjs');
/** Megabytes of young objects: little memory for hardly any time (bench/README.md). */
const RELAY_FLAGS = ['--max-semi-space-size=2'];
/** One place for all threads to allocate from: where each has its own, 20 viewers take 14 MB more. */
const RELAY_MEMORY = { MALLOC_ARENA_MAX: '1' };
const STATE = process.env.LATCHKEY_STATE_DIR || join(root, '.latchkey', 'camera');
const CERTIFICATES = join(root, '.latchkey', 'certificate');
const PORTS_TO_TRY = 20;
/** Longer than a rendezvous or relay takes to say goodbye. */
const STOP_LIMIT_MS = 5000;

const options = readOptions();
const children = [];
let isStopping = false;

try {
  await main();
} catch (error) {
  say(`\n${error.message}`);
  await stop(1);
}

async function main() {
  installPackages();
  const node = findNode();
  await build(node);
  const port = await findPort(options.port);
  const origin = `${options.https ? 'https' : 'http'}://${options.https ? lanAddress() : 'localhost'}:${port}`;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
  await startRendezvous(node, port, origin);
  if (options.reset) await run(node, [RELAY, 'reset', '--yes'], { env: relayEnvironment(origin, port) });
  introduce(origin);
  start('relay', node, [...RELAY_FLAGS, RELAY, 'run'], relayEnvironment(origin, port));
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        https: { type: 'boolean', default: false },
        port: { type: 'string' },
        camera: { type: 'string' },
        reset: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      say(USAGE);
      process.exit(0);
    }
    const port = Number(values.port ?? (values.https ? 8443 : 8080));
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new TypeError('--port is a number up to 65535');
    return { ...values, port };
  } catch (error) {
    say(`${error.message}\n\n${USAGE}`);
    process.exit(64);
  }
}

/** Builds what has sources newer than itself. */
async function build(node) {
  await buildIfOlder(
    'page',
    join(PAGE, 'index.html'),
    ['pwa', 'shared', 'rendezvous', 'vite.config.ts'],
    [node, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']],
  );
  await buildIfOlder('relay', RELAY, ['relay', 'shared'], [node, ['deploy/bundle-relay.mjs']]);
}

async function buildIfOlder(name, built, sources, [command, args]) {
  const paths = [...sources, 'package-lock.json'].map((source) => join(root, source));
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...paths.map(newest))) return;
  say(`Building the ${name} ...`);
  if ((await run(command, args)) !== 0)
    throw new Error(`The ${name} could not be built; the messages are above.`);
}

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(
    mtimeMs,
    ...readdirSync(path)
      .filter(isVisible)
      .map((name) => newest(join(path, name))),
  );
}

/** Caches beside the sources are no sources. */
function isVisible(name) {
  return !name.startsWith('.');
}

async function findPort(first) {
  for (let port = first; port < first + PORTS_TO_TRY; port += 1) {
    if (await isFree(port)) return port;
    say(`Port ${port} is taken, trying the next.`);
  }
  throw new Error(`No free port from ${first} on; choose one with --port.`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

/** This machine's address for the others on its network, or the loopback one. */
function lanAddress() {
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

async function startRendezvous(node, port, origin) {
  const args = ['rendezvous/main.ts', '--port', String(port), '--static', PAGE];
  if (options.https) args.push('--local-certificate', CERTIFICATES);
  else args.push('--host', 'localhost');
  start('rendezvous', node, args, toolEnvironment());
  await answers(`${origin.replace(lanAddress(), 'localhost')}/`);
}

/** Waits until something accepts connections there. */
async function answers(url) {
  const { port, hostname } = new URL(url);
  const { connect } = await import('node:net');
  for (;;) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect({ port: Number(port), host: hostname });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    if (isStopping) throw new Error('stopped');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function relayEnvironment(origin, port) {
  const scheme = options.https ? 'wss' : 'ws';
  return {
    ...toolEnvironment(),
    ...RELAY_MEMORY,
    LATCHKEY_STATE_DIR: STATE,
    LATCHKEY_PAGE_URL: `${origin}/`,
    LATCHKEY_RENDEZVOUS: process.env.LATCHKEY_RENDEZVOUS || `${scheme}://localhost:${port}/mqtt`,
    ...(options.camera ? { LATCHKEY_CAMERA: options.camera } : {}),
    // The relay, too, must know the certificate that was made here.
    ...(options.https ? { NODE_EXTRA_CA_CERTS: join(CERTIFICATES, 'certificate.pem') } : {}),
  };
}

function introduce(origin) {
  say('');
  say('Latchkey is running: a rendezvous, the page, and a camera.');
  say(`  The page      ${origin}/`);
  say(`  The camera    keeps its key and owners in ${STATE}`);
  say(`  Commands      LATCHKEY_STATE_DIR=${STATE} npm run relay -- help`);
  if (options.https) {
    say('  On a phone    in the same network, open the page and accept the certificate made here');
  } else {
    say('  On a phone    the page needs HTTPS there: npm start -- --https');
  }
  say('  Ctrl-C ends all of it.');
}

/** Detached, so that Ctrl-C reaches this process alone, which then ends the others in order. */
function start(name, node, args, env) {
  const child = spawn(node, args, {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  child.on('exit', (code) => {
    if (isStopping) return;
    say(`\nThe ${name} has ended (${code ?? 'killed'}).`);
    void stop(code ?? 1);
  });
}

/** The camera first, while there still is a rendezvous to say goodbye through. */
async function stop(code) {
  if (isStopping) return;
  isStopping = true;
  for (const child of children.reverse()) await end(child);
  process.exit(code);
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
