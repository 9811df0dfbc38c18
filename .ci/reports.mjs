// What the test runners say of themselves, in one form: how many tests passed, and which failed.
import { join, relative } from 'node:path';
import { root } from '../deploy/install.mjs';

/** Reads Vitest's JSON report. */
export function readVitest({ numPassedTests, testResults }) {
  return { passed: numPassedTests, failed: testResults.flatMap(failuresOf) };
}

/** Reads Playwright's JSON report. */
export function readPlaywright({ stats, suites, errors }) {
  const failed = suites
    .flatMap(specsOf)
    .filter(({ ok }) => !ok)
    .map(({ file, title }) => ({ file: join('e2e', file), name: title }));
  const faults = errors.map(({ message }) => ({ file: '', name: firstLine(message) }));
  return { passed: stats.expected, failed: failed.length > 0 ? failed : faults };
}

/** A test's name for people. */
export function nameOf({ file, name }) {
  return file === '' ? name : `${file} > ${name}`;
}

function failuresOf({ name: path, status, assertionResults, message }) {
  const file = relative(root, path);
  const tests = assertionResults.filter((test) => test.status === 'failed');
  // A file that cannot even be loaded has no tests to name.
  if (status === 'failed' && tests.length === 0) return [{ file, name: firstLine(message) }];
  return tests.map(({ fullName }) => ({ file, name: fullName }));
}

function specsOf({ specs, suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

function firstLine(text = '') {
  return text.split('\n', 1)[0];
}
