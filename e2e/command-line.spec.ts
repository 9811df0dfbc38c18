import { once } from 'node:events';
import { expect } from '@playwright/test';
import { freshLink, latchkey, listAccess, textOf } from './stage/latchkey.ts';
import { NodePhones } from './stage/node-phone.ts';
import { listSockets } from './stage/process-sockets.ts';
import { test } from './stage/test.ts';

const LINK = /^http:\/\/localhost:\d+\/#c1\.([\w-]{43})\.[\w-]{22}$/m;
/** Starts of one camera that begin together. */
const RIVALS = 4;

test('commands beside a camera that runs show its code and its list, and find nothing wrong', async ({
  openHouse,
}) => {
  const house = await openHouse();
  const qr = await latchkey(house, 'qr');
  expect([qr.code, qr.errors]).toEqual([0, '']);
  expect(qr.output).toMatch(/[█▀▄]{10}/);
  const link = await freshLink(house);
  expect(link).toMatch(LINK);
  expect(house.output, 'who asks for a code reads it, and nobody else').not.toContain(link);

  const list = await latchkey(house, 'access', 'list', '--json');
  expect([list.code, JSON.parse(list.output)]).toEqual([0, []]);
  const doctor = await latchkey(house, 'doctor', '--json');
  const findings: { subject: string; verdict: string }[] = JSON.parse(doctor.output);
  expect(findings.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  expect(findings).toContainEqual(expect.objectContaining({ subject: 'running camera', verdict: 'ok' }));
  expect(await listSockets(house.relayPid)).toEqual({ listeningTcp: 0, udp: 0 });
});

test('codes of the command line make owners, and it takes back all but the last', async ({ openHouse }) => {
  const house = await openHouse();
  await using phones = new NodePhones(house);
  const anna = await phones.letIn(await freshLink(house));
  expect((await latchkey(house, 'access', 'revoke', anna.gid, '--yes')).code).toBe(77);
  const ben = await phones.letIn(await freshLink(house));
  expect((await latchkey(house, 'access', 'list')).output.match(/ owner$/gm)).toHaveLength(2);

  expect((await latchkey(house, 'access', 'revoke', anna.gid)).code, 'nobody is there to be asked').toBe(64);
  const revoked = await latchkey(house, 'access', 'revoke', anna.gid.slice(0, 12), '--yes');
  expect([revoked.code, revoked.errors]).toEqual([0, '']);
  expect((await anna.channel.next('ended')).body.reason).toBe('revoked');
  expect(await listAccess(house)).toMatchObject([
    { id: ben.gid, standing: 'owner' },
    { id: anna.gid, standing: 'taken back' },
  ]);
});

test('a second start of a camera is refused, and the first goes on', async ({ openHouse }) => {
  const house = await openHouse();
  const second = await latchkey(house, 'run');
  expect(second.code).toBe(75);
  expect(second.errors).toContain(`process ${house.relayPid}`);
  expect(second.output).toBe('');
  expect(await freshLink(house)).toMatch(LINK);
});

test('of many starts at once, after a kill, one is the camera', async ({ openHouse }) => {
  const house = await openHouse();
  const [, camera] = LINK.exec(await freshLink(house)) ?? [];
  await house.stopRelay('SIGKILL');
  expect((await latchkey(house, 'qr')).code, 'its socket is left, and nobody behind it').toBe(69);

  const rivals = Array.from({ length: RIVALS }, () => house.spawnLatchkey('run'));
  const ended = rivals.map((rival) => once(rival, 'exit'));
  const reports = Promise.all(rivals.map((rival) => textOf(rival.stderr)));
  await Promise.all(rivals.map((rival) => Promise.race([once(rival.stdout, 'data'), once(rival, 'exit')])));
  await expect.poll(() => rivals.filter(({ exitCode }) => exitCode === 75).length).toBe(RIVALS - 1);
  const [, again] = LINK.exec(await freshLink(house)) ?? [];
  expect(again).toBe(camera);

  for (const rival of rivals) rival.kill('SIGTERM');
  await Promise.all(ended);
  expect(rivals.map(({ exitCode }) => exitCode).sort()).toEqual([0, 75, 75, 75]);
  expect((await reports).filter((report) => /info ready/.test(report))).toHaveLength(1);
});

test('a reset of a camera that runs ends what it gave, and it starts over as another one', async ({
  openHouse,
}) => {
  const house = await openHouse();
  await using phones = new NodePhones(house);
  const [, before] = LINK.exec(await freshLink(house)) ?? [];
  const anna = await phones.letIn(await freshLink(house));
  const pid = house.relayPid;
  expect((await latchkey(house, 'reset')).code, 'nobody is there to be asked').toBe(64);

  expect((await latchkey(house, 'reset', '--yes')).code).toBe(0);
  expect((await anna.channel.next('ended')).body.reason).toBe('revoked');
  // Waits for the camera that is just starting over.
  const [, after] = LINK.exec(await freshLink(house)) ?? [];
  expect(after).toMatch(/^[\w-]{43}$/);
  expect(after).not.toBe(before);
  expect(house.relayPid).toBe(pid);
  expect(await listAccess(house)).toEqual([]);
  expect(await listSockets(pid)).toEqual({ listeningTcp: 0, udp: 0 });
});

test('commands do without a camera that runs, where they can', async ({ openHouse }) => {
  const house = await openHouse();
  await using phones = new NodePhones(house);
  const anna = await phones.letIn(await freshLink(house));
  await phones.letIn(await freshLink(house));
  await house.stopRelay();
  const qr = await latchkey(house, 'qr');
  expect([qr.code, qr.errors]).toEqual([69, expect.stringContaining('latchkey run')]);
  expect((await latchkey(house, 'access', 'list')).output).toContain('does not run');
  expect((await latchkey(house, 'access', 'revoke', anna.gid, '--yes')).code).toBe(0);
  expect((await latchkey(house, 'log', '--verify')).code).toBe(0);

  await house.startRelay();
  expect(await listAccess(house)).toContainEqual(
    expect.objectContaining({ id: anna.gid, standing: 'taken back' }),
  );
});

test('a camera can be spoken to, however long the name of its state directory', async ({ openHouse }) => {
  const house = await openHouse({ stateName: 'd'.repeat(150) });
  expect(await freshLink(house)).toMatch(LINK);
  await house.stopRelay('SIGKILL');
  await house.startRelay();
  expect(await freshLink(house)).toMatch(LINK);
});
