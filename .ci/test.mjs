// `npm test`: types, lint, build, unit, browser and end-to-end tests, in the order in which they fail fastest.
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
];
const BROKERS = ['mosquitto', 'nats-server', 'rabbitmq-server'];
/** The network lab (e2e/lab); Debian starts neither of its servers unless asked to. */
const LAB = ['iproute2', 'nftables', 'python3', 'coturn', 'tayga'];

const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
const total = { passed: 0, failed: 0 };

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
await suite('unit and browser', 'vitest.json', (report) => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
]);
await suite('end to end', 'playwright.json', () => ['node_modules/@playwright/test/cli.js', 'test']);

rmSync(reports, { recursive: true, force: true });
say(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** A check that passes or fails as one. */
async function stage(name, args) {
  say(`\n== ${name}`);
  const code = await run(node, args);
  total[code === 0 ? 'passed' : 'failed'] += 1;
}

/** A runner that counts its own tests; one that ends badly without a count is one failure. */
async function suite(name, file, argsFor) {
  say(`\n== ${name}`);
  const report = join(reports, file);
  process.env.PLAYWRIGHT_JSON_OUTPUT_NAME = report;
  const code = await run(node, argsFor(report));
  const { passed, failed } = readCounts(report);
  total.passed += passed;
  total.failed += code !== 0 && failed === 0 ? 1 : failed;
}

function readCounts(report) {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'));
    if (json.stats) return { passed: json.stats.expected, failed: json.stats.unexpected + json.stats.flaky };
    return { passed: json.numPassedTests, failed: json.numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
