import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { encodeAccessState } from '../access/access-state.ts';
import type { FoundCameras } from '../capture/sources/found-cameras.ts';
import { ControlError } from '../control/control-error.ts';
import type { ControlAnswers } from '../control/control-protocol.ts';
import { StateDirectory } from '../storage/state-directory.ts';
import { testGrant, testOwner, testState, token } from '../testing/access-entries.ts';
import { checkAccess } from './access-check.ts';
import { checkCameras } from './cameras-check.ts';
import { checkSource } from './capture-check.ts';
import { checkClock } from './clock-check.ts';
import { diagnose } from './diagnose.ts';
import { type Finding, findingsOn } from './finding.ts';
import { checkNode } from './node-check.ts';
import { checkRunning } from './running-check.ts';
import { checkChosen } from './settings-check.ts';
import { checkStateDirectory } from './state-check.ts';
import { checkWatchLog } from './watch-log-check.ts';

let directory: string;
let state: StateDirectory;
const { signal } = new AbortController();
const userId = process.geteuid?.() ?? null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-doctor-'));
  state = new StateDirectory(directory, new FakeClock());
});

afterEach(() => rm(directory, { recursive: true }));

const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);

describe('the doctor', () => {
  it('reports in order, and takes a check that fails for a finding', async () => {
    const { ok } = findingsOn('a');
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const found = diagnose(
      [
        { subject: 'slow', look: async () => gate.promise.then(() => [ok('slow')]) },
        { subject: 'broken', look: async () => Promise.reject(new RangeError('mine')) },
      ],
      { signal, report: ({ subject }) => seen.push(subject) },
    );
    expect(seen).toEqual([]);
    gate.resolve();
    expect(verdicts(await found)).toEqual(['ok', 'fail']);
    expect(seen).toEqual(['a', 'broken']);
  });

  it.each([
    ['24.0.0', 'ok'],
    ['26.1.0', 'ok'],
    ['22.12.0', 'fail'],
    ['', 'fail'],
  ])('finds Node %j %s', (version, verdict) => {
    expect(verdicts(checkNode(version))).toEqual([verdict]);
  });
});

describe('of the state directory the doctor', () => {
  it('finds it well, and changes nothing', async () => {
    await state.open();
    const before = await readdir(directory);
    expect(verdicts(await checkStateDirectory(directory, userId))).toEqual(['ok']);
    expect(await readdir(directory)).toEqual(before);
  });

  it('warns where there is none yet', async () => {
    expect(verdicts(await checkStateDirectory(join(directory, 'none'), userId))).toEqual(['warn']);
  });

  it('fails where it is a file', async () => {
    await writeFile(join(directory, 'file'), '');
    expect(verdicts(await checkStateDirectory(join(directory, 'file'), userId))).toEqual(['fail']);
  });

  it('fails where others may enter or read, and says how to end that', async () => {
    await state.open();
    await chmod(directory, 0o755);
    await chmod(join(directory, 'identity.json'), 0o644);
    const found = await checkStateDirectory(directory, userId);
    expect(found).toMatchObject([
      { verdict: 'fail', remedy: `chmod 700 ${directory}` },
      { verdict: 'fail', remedy: `chmod 600 ${join(directory, 'identity.json')}` },
    ]);
  });

  it('fails where it belongs to another user', async () => {
    expect(verdicts(await checkStateDirectory(directory, 54_321))).toEqual(['fail']);
  });

  it('warns of damaged files that are kept', async () => {
    await writeFile(join(directory, 'access.json.damaged-2030'), '', { mode: 0o600 });
    expect(verdicts(await checkStateDirectory(directory, userId))).toEqual(['warn']);
  });
});

describe('of key and access the doctor', () => {
  it('finds a new camera well, and makes none', async () => {
    expect(verdicts(await checkAccess(state))).toEqual(['ok']);
    expect(await readdir(directory)).toEqual([]);
  });

  it('counts owners and guests', async () => {
    await state.open();
    await state.saveAccess(testState(testOwner('anna'), testGrant('ben', { by: token('anna') })));
    expect(await checkAccess(state)).toMatchObject([
      { verdict: 'ok', text: '1 owner, 1 guest, 0 unused links.' },
    ]);
  });

  it('warns of what descends from nobody', async () => {
    await state.open();
    await state.saveAccess(testState(testOwner('anna'), testGrant('ben', { by: token('gone') })));
    expect(verdicts(await checkAccess(state))).toEqual(['warn']);
  });

  it.each(['identity.json', 'access.json'])('fails without %s', async (name) => {
    await state.open();
    await writeFile(join(directory, 'access.json'), encodeAccessState(testState(testOwner('anna'))));
    await rm(join(directory, name));
    expect(verdicts(await checkAccess(state))).toEqual(['fail']);
  });

  it.each(['identity.json', 'access.json'])('fails on a damaged %s, and leaves it there', async (name) => {
    await state.open();
    const before = await readdir(directory);
    await writeFile(join(directory, name), '{');
    expect(verdicts(await checkAccess(state))).toEqual(['fail']);
    expect(await readdir(directory)).toEqual(before);
  });

  it('fails on a log of who watched that is not the camera’s', async () => {
    await state.open();
    expect(verdicts(await checkWatchLog(state))).toEqual(['ok']);
    await writeFile(join(directory, 'watched.log'), 'x\n');
    expect(verdicts(await checkWatchLog(state))).toEqual(['fail']);
  });
});

describe('of what phones have chosen the doctor', () => {
  const path = () => join(directory, 'settings.json');

  it('says what it is, and where nothing is', async () => {
    expect((await checkChosen(path()))[0]?.text).toContain('Nothing');
    await writeFile(path(), '{"version":1,"width":640,"height":360,"rotation":90,"exposure":1}');
    expect((await checkChosen(path()))[0]?.text).toBe('640x360, turned by 90 degrees, exposure +1.');
  });

  it('finds what cannot be read, and leaves it there', async () => {
    await writeFile(path(), 'x');
    expect(verdicts(await checkChosen(path()))).toEqual(['warn']);
    expect(await readdir(directory)).toEqual(['settings.json']);
  });
});

describe('of the camera that runs the doctor', () => {
  const status: ControlAnswers['status'] = {
    ...{ version: '1.2.3', pid: 4711, since: 0, rendezvous: 'online', clock: 'synchronised', watching: 1 },
    ...{ off: false, light_fault: null },
  };
  const check = (change: Partial<ControlAnswers['status']>) =>
    checkRunning(async () => ({ ...status, ...change }), '1.2.3');

  it.each([
    ['well', {}, ['ok']],
    ['another version', { version: '1.2.2' }, ['ok', 'warn']],
    ['without a rendezvous', { rendezvous: 'connecting' }, ['ok', 'fail']],
    ['without a clock to trust', { clock: 'below_floor' }, ['ok', 'fail']],
    ['switched off', { off: true }, ['ok']],
    ['without its light', { light_fault: 'ENODEV' }, ['ok', 'warn']],
    ['sure of its clock by its owner’s word', { clock: 'assumed' }, ['ok']],
  ] as const)('finds it %s', async (_, change, expected) => {
    expect(verdicts(await check(change))).toEqual(expected);
  });

  it.each([
    ['not_running', 'warn'],
    ['not_allowed', 'warn'],
    ['no_answer', 'fail'],
    ['unknown_request', 'fail'],
  ] as const)('takes %s for a %s', async (code, verdict) => {
    expect(verdicts(await checkRunning(() => Promise.reject(new ControlError(code)), ''))).toEqual([verdict]);
  });
});

describe('of the clock the doctor', () => {
  it.each([
    ['kept', 'synchronised', 2, false, 'ok'],
    ['not kept', 'not_synchronised', 2, false, 'fail'],
    ['believed', 'unknown', 2, false, 'warn'],
    ['trusted by its owner’s word', 'not_synchronised', 2, true, 'ok'],
    ['wrong, whoever says what', 'synchronised', 0, true, 'fail'],
  ] as const)('finds it %s', async (_, answer, now, isTrustedAnyway, verdict) => {
    const probe = { ask: async () => answer };
    expect(verdicts(await checkClock({ probe, now, least: 1, isTrustedAnyway }, { signal }))).toEqual([
      verdict,
    ]);
  });
});

describe('of the cameras the doctor', () => {
  const nothing: FoundCameras = { pi: [], usb: [], elements: null, rpicamVid: null };
  const usb = [{ model: 'HD Webcam', device: '/dev/video0' }];
  const pi = [{ sensor: 'imx708', name: '/base/imx708@1a' }];

  it.each([
    ['none', {}, ['ok']],
    ['several, and which it would take', { pi, usb, rpicamVid: 'rpicam-vid' }, ['ok', 'ok', 'ok']],
    ['one that nothing can open', { usb }, ['ok', 'warn']],
  ] as const)('finds %s', async (_, found, expected) => {
    const find = async () => ({ ...nothing, ...found });
    expect(verdicts(await checkCameras(find, { signal }))).toEqual(expected);
  });
});

describe('of the picture the doctor', () => {
  const format = { width: 640, height: 480, frameRate: 30 };

  it.each([
    ['test-picture', 'ok'],
    ['webcam', 'fail'],
    ['rpicam', 'fail'],
    ['v4l2:/dev/video-none', 'fail'],
    ['file:/nonexistent/video.mp4', 'fail'],
  ])('takes %s for %s', async (source, verdict) => {
    expect(verdicts(await checkSource({ source, format }, { signal }))).toEqual([verdict]);
  });

  it('never shows the password of a camera', async () => {
    const source = 'rtsp://eve:secret@camera/';
    const [finding] = await checkSource({ source, format }, { signal });
    expect(JSON.stringify(finding)).not.toContain('secret');
  });

  it('finds a size that cannot be', async () => {
    const odd = { ...format, width: 639 };
    expect(verdicts(await checkSource({ source: 'test-picture', format: odd }, { signal }))).toEqual([
      'fail',
    ]);
  });
});
