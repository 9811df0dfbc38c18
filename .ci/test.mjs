// `npm test`: types, lint, build, unit, browser and end-to-end tests, in the order in which they fail fastest.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findNode,
  installDebianPackages,
  installDebianServices,
  installPackages,
  run,
  say,
} from '../deploy/install.mjs';
import { nameOf, readPlaywright, readVitest } from './reports.mjs';

const GSTREAMER = [
  'gstreamer1.0-tools',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-bad',
  'gstreamer1.0-plugins-ugly',
  // The test source writes the time into its picture (Pango).
  'gstreamer1.0-x',
  'python3-gi',
  'gir1.2-gstreamer-1.0',
  'gir1.2-gst-plugins-base-1.0',
  // Microphones and speakers, and a room to try them in.
  'gstreamer1.0-alsa',
  'pulseaudio',
  // A camera in the network to try the other end with.
  'gir1.2-gst-rtsp-server-1.0',
];
const BROKERS = ['mosquitto', 'nats-server', 'rabbitmq-server'];
/** The network lab (e2e/lab); Debian starts neither of its servers unless asked to. */
const LAB = ['iproute2', 'nftables', 'python3', 'coturn', 'tayga'];

/** More failures than that are no accident of the machine. */
const MOST_AGAIN = 8;

const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
const total = { passed: 0, failed: 0 };
const failures = [];

installPackages();
const node = findNode();
if (!installDebianPackages(['chromium'], 'for the browser tests')) {
  say('Chromium is missing; the browser tests will fail. Install it: apt-get install chromium');
}
if (!installDebianPackages(GSTREAMER, 'for the real encoder')) {
  say(`GStreamer is missing; its tests are skipped. Install it: apt-get install ${GSTREAMER.join(' ')}`);
}
if (!installDebianServices(BROKERS, 'for the tests with brokers that others write')) {
  say(`A broker is missing; its tests are skipped. Install it: apt-get install ${BROKERS.join(' ')}`);
}
if (!installDebianServices(LAB, 'for the network lab')) {
  say(`The network lab lacks a program; its tests are skipped. Install it: apt-get install ${LAB.join(' ')}`);
}

await stage('types', ['node_modules/typescript/bin/tsc', '--build']);
await stage('lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']);
await stage('build the page', ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']);
await stage('build the relay', ['deploy/bundle-relay.mjs']);
await suite('unit and browser', readVitest, (report, files) => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...files,
]);
await suite('end to end', readPlaywright, (_, files) => [
  'node_modules/@playwright/test/cli.js',
  'test',
  ...files,
]);

rmSync(reports, { recursive: true, force: true });
if (failures.length > 0) say(`\nFailed:\n${failures.map((line) => `  ${line}`).join('\n')}\n`);
say(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** A check that passes or fails as one. */
async function stage(name, args) {
  say(`\n== ${name}`);
  if ((await run(node, args)) === 0) total.passed += 1;
  else fail([name]);
}

/**
 * The tests of one runner. A file that fails is run a second time, alone: real time and real browsers share the machine with
 * whoever else uses it. What passes then is named.
 */
async function suite(name, read, argsFor) {
  say(`\n== ${name}`);
  const { passed, failed } = await runTests(name, read, argsFor);
  total.passed += passed;
  const mayTryAgain = failed.length <= MOST_AGAIN && failed.every(({ file }) => file !== '');
  const stillFailed = failed.length > 0 && mayTryAgain ? await tryAgain(name, read, argsFor, failed) : failed;
  fail(stillFailed.map(nameOf));
}

/** Which of these fail again; those that do not have passed. */
async function tryAgain(name, read, argsFor, failed) {
  say(`\n== ${name}, a second time: ${failed.length} failed`);
  const files = [...new Set(failed.map(({ file }) => file))];
  const again = await runTests(name, read, argsFor, files);
  const isOver = again.failed.some(({ file }) => file === '');
  const namesAgain = new Set(again.failed.map(nameOf));
  const stillFailed = failed.filter((test) => isOver || namesAgain.has(nameOf(test)));
  const recovered = failed.filter((test) => !stillFailed.includes(test));
  total.passed += recovered.length;
  for (const test of recovered) say(`Passed only the second time: ${nameOf(test)}`);
  return stillFailed;
}

/** Runs the tests of some files, or all; a runner that ends badly without naming a test counts as one. */
async function runTests(name, read, argsFor, files = []) {
  const report = join(reports, `${randomUUID()}.json`);
  process.env.PLAYWRIGHT_JSON_OUTPUT_NAME = report;
  const code = await run(node, argsFor(report, files));
  const { passed, failed } = readReport(report, read);
  if (code === 0 || failed.length > 0) return { passed, failed };
  return { passed, failed: [{ file: '', name: `${name} ended with code ${code}` }] };
}

function readReport(report, read) {
  try {
    return read(JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    return { passed: 0, failed: [] };
  }
}

function fail(names) {
  total.failed += names.length;
  failures.push(...names);
}
