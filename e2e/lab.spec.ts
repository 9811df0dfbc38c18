import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { Child } from './lab/child.ts';
import { runCommand } from './lab/command.ts';
import { Lab } from './lab/lab.ts';
import { test } from './lab/lab-test.ts';
import { Link } from './lab/link.ts';
import { Namespace } from './lab/namespace.ts';

const LINK_TEST = join(import.meta.dirname, 'lab', 'link_test.py');
const DELAY_MS = 20;
const PACKETS = 50;

/** Answers every datagram. */
const ECHO = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.0.0.2", 9))
print("ready", flush=True)
while True:
    data, sender = s.recvfrom(2000)
    s.sendto(data, sender)
`;
/** Prints how many came back, and the fastest round trip in ms. */
const ASK = `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(0.2)
times = []
for _ in range(${PACKETS}):
    began = time.monotonic()
    s.sendto(b"x", ("10.0.0.2", 9))
    try:
        s.recv(2000)
        times.append((time.monotonic() - began) * 1000)
    except TimeoutError:
        pass
print(len(times), min(times, default=0))
`;

test('the link keeps rate, delay, queue and order, whatever is changed while packets are under way', async () => {
  await runCommand(['/usr/bin/python3', '-B', LINK_TEST]);
});

test('packets take as long as the link is told, and none passes one that is down', async ({
  openScene: _,
}) => {
  await using belongings = new AsyncDisposableStack();
  const near = belongings.use(await Namespace.create('near'));
  const far = belongings.use(await Namespace.create('far'));
  const ends = [
    { namespace: near, device: 'near' },
    { namespace: far, device: 'far' },
  ] as const;
  const link = belongings.use(await Link.open(...ends));
  await near.ip('addr add 10.0.0.1/24 dev near', 'link set near up');
  await far.ip('addr add 10.0.0.2/24 dev far', 'link set far up');
  const echo = belongings.use(new Child(far.command('/usr/bin/python3', '-c', ECHO)));
  await echo.written(/ready/);
  const ask = async () =>
    (await runCommand(near.command('/usr/bin/python3', '-c', ASK))).split(' ').map(Number);
  await link.setBoth({ delayMs: DELAY_MS });
  const [received = 0, fastestMs = 0] = await ask();
  expect(received).toBeGreaterThan(PACKETS / 2);
  expect(fastestMs).toBeGreaterThanOrEqual(2 * DELAY_MS);
  const { up, down } = await link.report();
  expect(up.packets).toBeGreaterThanOrEqual(received);
  test.info().annotations.push({ type: 'late, ms', description: JSON.stringify([up.lateMs, down.lateMs]) });
  await link.set({ down: { isUp: false } });
  expect(await ask()).toEqual([0, 0]);
  expect((await link.report()).down).toMatchObject({ packets: 0 });
});

test('a lab leaves no network and no file behind', async ({ openScene: _ }) => {
  const traces = async () => {
    const [networks, files] = await Promise.all(['/run/netns', '/etc/netns'].map((path) => readdir(path)));
    return [...(networks ?? []), ...(files ?? [])].filter((name) =>
      name.startsWith(`latchkey-${process.pid}-`),
    );
  };
  const lab = await Lab.open();
  expect(await traces()).not.toEqual([]);
  await lab[Symbol.asyncDispose]();
  expect(await traces()).toEqual([]);
});
