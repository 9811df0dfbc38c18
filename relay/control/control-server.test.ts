import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createLog } from '../log.ts';
import { askRelay } from './ask-relay.ts';
import type { ControlHandler } from './control-handler.ts';
import { MAX_REQUEST_BYTES, SOCKET_FILE } from './control-protocol.ts';
import { ControlServer, LINGER_MS, MAX_CONVERSATIONS, REQUEST_LIMIT_MS } from './control-server.ts';
import { socketAddressOf } from './socket-address.ts';

const done: ControlHandler = async () => ({ outcome: 'done' });
const withdraw = { type: 'withdraw', id: 'a'.repeat(22) } as const;

let root: string;
let directory: string;
let clock: FakeClock;
let journal: string[];
const open: { server: ControlServer | null; sockets: Socket[] } = { server: null, sockets: [] };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-control-'));
  directory = root;
  clock = new FakeClock();
  journal = [];
});

afterEach(async () => {
  for (const socket of open.sockets.splice(0)) socket.destroy();
  await open.server?.close();
  open.server = null;
  expect(clock.pending).toBe(0);
  expect(await readdir(directory)).not.toContain(SOCKET_FILE);
  await rm(root, { recursive: true });
});

async function serve(handle: ControlHandler = done): Promise<ControlServer> {
  const log = createLog((line) => journal.push(line));
  open.server = await ControlServer.open({ directory, handle, clock, log });
  return open.server;
}

/** A client that is not ours. */
async function dial(): Promise<Socket> {
  using address = socketAddressOf(directory);
  const socket = connect({ path: address.path });
  open.sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other end closes. */
async function heard(socket: Socket): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function say(text: string | Buffer): Promise<unknown> {
  const socket = await dial();
  socket.write(text);
  return heard(socket);
}

describe('the control socket', () => {
  it('answers a request, and another on a connection of its own', async () => {
    await serve();
    expect(await askRelay(directory, withdraw)).toEqual({ outcome: 'done' });
    expect(await askRelay(directory, withdraw)).toEqual({ outcome: 'done' });
  });

  it('is for its owner only', async () => {
    await serve();
    expect((await stat(join(directory, SOCKET_FILE))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['a path that fits', ''],
    ['a path that is longer than any address', 'd'.repeat(200)],
  ])('is found in a directory with %s', async (_, name) => {
    directory = join(root, name);
    await mkdir(directory, { recursive: true });
    await serve();
    expect(await readdir(directory)).toEqual([SOCKET_FILE]);
    expect(await askRelay(directory, withdraw)).toEqual({ outcome: 'done' });
  });

  it('takes the place of one that was left behind', async () => {
    await writeFile(join(directory, SOCKET_FILE), '');
    await serve();
    expect(await askRelay(directory, withdraw)).toEqual({ outcome: 'done' });
  });

  it.each([
    ['no JSON', 'hello\n', 'malformed'],
    ['an empty line', '\n', 'malformed'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x0a]), 'malformed'],
    ['nothing of a request', '{"type":3}\n', 'malformed'],
    ['a member too many', '{"type":"status","more":1}\n', 'malformed'],
    ['an id that is none', '{"type":"withdraw","id":"../x"}\n', 'malformed'],
    ['two requests', '{"type":"status"}\n{"type":"forget"}\n', 'malformed'],
    ['a request of another version', '{"type":"dance"}\n', 'unknown_request'],
    ['a name that every object has', '{"type":"toString"}\n', 'unknown_request'],
    ['too much of a line', 'x'.repeat(MAX_REQUEST_BYTES + 1), 'too_large'],
  ])('refuses %s, and goes on', async (_, text, refused) => {
    const handle = vi.fn(done);
    await serve(handle);
    expect(await say(text)).toEqual({ refused });
    expect(handle).not.toHaveBeenCalled();
    expect(await askRelay(directory, withdraw)).toEqual({ outcome: 'done' });
  });

  it('takes a request that comes in pieces', async () => {
    await serve();
    const socket = await dial();
    const [head, tail] = [JSON.stringify(withdraw).slice(0, 9), JSON.stringify(withdraw).slice(9)];
    socket.write(head, () => socket.write(`${tail}\n`));
    expect(await heard(socket)).toEqual({ answer: { outcome: 'done' } });
  });

  it('refuses who ends before the line does', async () => {
    await serve();
    const socket = await dial();
    socket.end('{"type":');
    expect(await heard(socket)).toEqual({ refused: 'malformed' });
  });

  it('gives up on who says nothing', async () => {
    await serve();
    const socket = await dial();
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    clock.advance(REQUEST_LIMIT_MS);
    expect(await heard(socket)).toEqual({ refused: 'too_slow' });
  });

  it('lets go of who does not', async () => {
    await serve();
    using address = socketAddressOf(directory);
    const socket = connect({ path: address.path, allowHalfOpen: true });
    open.sockets.push(socket);
    socket.write('hello\n');
    await once(socket, 'data');
    clock.advance(LINGER_MS);
    await open.server?.close();
  });

  it('answers a few at once, and tells the next to come again', async () => {
    const gate = Promise.withResolvers<{ outcome: 'done' }>();
    const handle = vi.fn(() => gate.promise);
    await serve(handle);
    const first = Array.from({ length: MAX_CONVERSATIONS }, () => askRelay(directory, withdraw));
    await vi.waitFor(() => expect(handle).toHaveBeenCalledTimes(MAX_CONVERSATIONS));
    await expect(askRelay(directory, withdraw)).rejects.toMatchObject({ code: 'busy' });
    gate.resolve({ outcome: 'done' });
    expect(await Promise.all(first)).toHaveLength(MAX_CONVERSATIONS);
    expect(await askRelay(directory, withdraw)).toEqual({ outcome: 'done' });
  });

  it('says that it failed, and to its log why', async () => {
    await serve(async () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    });
    await expect(askRelay(directory, withdraw)).rejects.toMatchObject({ code: 'failed' });
    expect(journal.join()).toContain('ENOSPC');
  });

  it('answers what was asked before it closes, and cuts off who has asked nothing', async () => {
    const gate = Promise.withResolvers<{ outcome: 'done' }>();
    const handle = vi.fn(() => gate.promise);
    const server = await serve(handle);
    const asked = askRelay(directory, withdraw);
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    const silent = await dial();
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    const closed = server.close();
    expect(await heard(silent)).toEqual({ refused: 'failed' });
    gate.resolve({ outcome: 'done' });
    expect(await asked).toEqual({ outcome: 'done' });
    await closed;
    await expect(askRelay(directory, withdraw)).rejects.toMatchObject({ code: 'not_running' });
  });
});

describe('who asks the relay', () => {
  it.each([
    ['there is no directory', async () => rm(directory, { recursive: true })],
    ['there is no socket', async () => undefined],
    ['there is a file in its place', async () => writeFile(join(directory, SOCKET_FILE), '')],
  ])('learns that it does not run where %s', async (_, prepare) => {
    await prepare();
    await expect(askRelay(directory, withdraw)).rejects.toMatchObject({ code: 'not_running' });
    await mkdir(directory, { recursive: true });
    await rm(join(directory, SOCKET_FILE), { force: true });
  });

  it.each([
    ['closes at once', (socket: Socket) => socket.end()],
    ['says nothing', () => undefined],
    ['talks nonsense', (socket: Socket) => socket.end('hello\n')],
    ['answers something else', (socket: Socket) => socket.end('{"answer":{"link":"x"}}\n')],
    ['goes on for ever', (socket: Socket) => socket.write('x'.repeat(1_000_000))],
  ])('gets no answer from who %s', async (_, speak) => {
    const sockets: Socket[] = [];
    const stranger = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      socket.once('data', () => speak(socket));
    });
    await once(stranger.listen(join(directory, SOCKET_FILE)), 'listening');
    const asked = askRelay(directory, withdraw, { timeoutMs: 200 });
    await expect(asked).rejects.toMatchObject({ code: 'no_answer' });
    for (const socket of sockets) socket.destroy();
    stranger.close();
    await once(stranger, 'close');
  });
});
