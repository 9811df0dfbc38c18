import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import { createMemoryBroker, type MemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import type { OpenBroker } from './broker-dial.ts';
import type { Finding } from './finding.ts';
import { checkIce } from './ice-check.ts';
import { checkPage } from './page-check.ts';
import { checkBroker } from './rendezvous-check.ts';

const { signal } = new AbortController();
const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);

/** Opens connections to brokers by their URL; what is not among them is refused. */
function network(brokers: Readonly<Record<string, MemoryBroker>>): OpenBroker {
  return ([address], options) => {
    const broker = brokers[address?.url ?? ''];
    if (broker) return broker.connect();
    const nowhere = createMemoryBroker();
    nowhere.setOnline(false);
    queueMicrotask(() =>
      options?.onLost?.(new RendezvousError('refused', 'not authorized'), address ?? { url: '' }),
    );
    return nowhere.connect();
  };
}

describe('of a broker the doctor', () => {
  const url = 'wss://broker.example/mqtt';
  const check = (open: OpenBroker, address: { url: string; password?: string } = { url }) =>
    checkBroker({ open, address, nowMs: () => 0, echoLimitMs: 50 }, { signal });

  it('finds it well, and leaves nothing behind', async () => {
    const broker = createMemoryBroker();
    expect(verdicts(await check(network({ [url]: broker })))).toEqual(['ok']);
    expect(broker.subscribedTopics()).toEqual([]);
    expect(broker.published).toMatchObject([
      { topic: expect.stringMatching(/^pw1\/[\da-f]{32}$/), isRetained: false },
    ]);
  });

  it('finds out that it does not let us in', async () => {
    expect(await check(network({}))).toMatchObject([
      { verdict: 'fail', remedy: expect.stringContaining('LATCHKEY_RENDEZVOUS_PASSWORD') },
    ]);
  });

  it('finds out that it cannot be reached', async () => {
    const broker = createMemoryBroker();
    broker.setOnline(false);
    const address = { url };
    const abort = AbortSignal.timeout(20);
    const found = checkBroker(
      { open: network({ [url]: broker }), address, nowMs: () => 0 },
      { signal: abort },
    );
    expect(verdicts(await found)).toEqual(['fail']);
  });

  it('finds out that it drops what we say', async () => {
    const broker = createMemoryBroker();
    broker.intercept(() => 'drop');
    expect(verdicts(await check(network({ [url]: broker })))).toEqual(['fail']);
    expect(broker.subscribedTopics()).toEqual([]);
  });

  it.each([
    ['ws://broker.example/mqtt', ['ok', 'warn']],
    ['mqtt://broker.example', ['ok', 'warn']],
    ['ws://localhost:8080/mqtt', ['ok']],
    ['mqtts://broker.example', ['ok']],
  ])('looks after a password to %s', async (plain, expected) => {
    const open = network({ [plain]: createMemoryBroker() });
    expect(verdicts(await check(open, { url: plain, password: 'x' }))).toEqual(expected);
  });
});

describe('of the page the doctor', () => {
  const pageUrl = 'https://page.example/';
  const cameraUrl = 'mqtt://inside.example';
  const phoneUrl = 'wss://outside.example/mqtt';
  const html = '<title>Latchkey</title><meta http-equiv="Content-Security-Policy" content="x">';
  const headers = { 'content-type': 'text/html', 'x-content-type-options': 'nosniff' };
  const configured = (json: string) => ({
    body: json,
    init: { headers: { 'content-type': 'application/json' } },
  });

  interface Site {
    readonly page?: { body: string; init: ResponseInit };
    readonly config?: { body: string; init: ResponseInit };
    readonly brokers?: Readonly<Record<string, MemoryBroker>>;
    readonly linkRendezvousUrl?: string;
    readonly url?: string;
  }

  const one = createMemoryBroker();
  const both = { [cameraUrl]: one, [phoneUrl]: one };

  const check = ({ page, config, brokers = both, linkRendezvousUrl, url = pageUrl }: Site = {}) =>
    checkPage(
      {
        ...{ pageUrl: url, linkRendezvousUrl: linkRendezvousUrl ?? null, brokers: [{ url: cameraUrl }] },
        ...{ open: network(brokers), meetLimitMs: 50 },
        fetch: async (asked) => {
          const { body, init } = String(asked).endsWith('/config.json')
            ? (config ?? configured(JSON.stringify({ rendezvous: [{ url: phoneUrl }] })))
            : (page ?? { body: html, init: { headers } });
          return new Response(body, init);
        },
      },
      { signal },
    );

  it('finds that phones meet the camera by it, whatever each calls the broker', async () => {
    expect(verdicts(await check())).toEqual(['ok']);
  });

  it('finds that they do not', async () => {
    const brokers = { [cameraUrl]: createMemoryBroker(), [phoneUrl]: createMemoryBroker() };
    expect(await check({ brokers })).toMatchObject([
      { verdict: 'fail', remedy: expect.stringContaining('LATCHKEY_RENDEZVOUS') },
    ]);
  });

  it('warns where the phones’ broker cannot be reached from here', async () => {
    expect(verdicts(await check({ brokers: { [cameraUrl]: one } }))).toEqual(['warn']);
  });

  it('takes the page’s own host for its broker where no configuration says another', async () => {
    const config = { body: html, init: { headers } };
    const brokers = { [cameraUrl]: one, 'wss://page.example/mqtt': one };
    expect(verdicts(await check({ config, brokers }))).toEqual(['ok']);
  });

  it('takes the broker that links name, where they do', async () => {
    const linkRendezvousUrl = 'wss://link.example/mqtt';
    const brokers = { [cameraUrl]: one, [linkRendezvousUrl]: one };
    expect(verdicts(await check({ linkRendezvousUrl, brokers }))).toEqual(['ok']);
  });

  it.each(['{', '{}', '{"rendezvous":[]}', '{"rendezvous":[{"url":"ftp://x"}]}', `"${'x'.repeat(300_000)}"`])(
    'fails on the configuration %.40s',
    async (json) => {
      expect(verdicts(await check({ config: configured(json) }))).toEqual(['fail']);
    },
  );

  it.each([
    ['another page', { body: '<title>Welcome to nginx</title>', init: { headers } }],
    ['no page', { body: html, init: { headers: { 'content-type': 'text/plain' } } }],
    ['nothing', { body: 'Latchkey', init: { status: 404, headers } }],
    [
      'another address',
      { body: '', init: { status: 301, headers: { location: 'https://www.page.example/' } } },
    ],
    ['more than any page of ours', { body: html.padEnd(300_000), init: { headers } }],
  ])('fails where there is %s', async (_, page) => {
    expect(verdicts(await check({ page }))).toEqual(['fail']);
  });

  it('fails without a content security policy, and warns without a type', async () => {
    const page = { body: '<title>Latchkey</title>', init: { headers: { 'content-type': 'text/html' } } };
    expect(verdicts(await check({ page }))).toEqual(['fail', 'warn']);
  });

  it.each([
    ['http://page.example/', 'fail'],
    ['http://localhost:8080/', 'warn'],
    ['http://127.0.0.1/', 'warn'],
    ['http://localhost.example/', 'fail'],
  ])('says of %s: %s', async (url, verdict) => {
    expect(verdicts(await check({ url }))).toEqual([verdict]);
  });

  it('fails where its host does not answer', async () => {
    const found = await checkPage(
      {
        ...{ pageUrl, linkRendezvousUrl: null, brokers: [], open: network({}) },
        fetch: async () => {
          throw new TypeError('fetch failed', {
            cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
          });
        },
      },
      { signal },
    );
    expect(found).toMatchObject([{ verdict: 'fail', text: expect.stringContaining('ECONNREFUSED') }]);
  });
});

describe('of STUN and TURN the doctor', () => {
  const sockets: Socket[] = [];
  const relayBy = async () => undefined;

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });

  /** A server that answers a request with whatever `reply` makes of it. */
  async function serve(reply: (request: Buffer) => Buffer): Promise<string> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'listening');
    socket.on('message', (request, { port, address }) => socket.send(reply(request), port, address));
    return `stun:127.0.0.1:${socket.address().port}`;
  }

  /** RFC 8489 §5: a success with the request's cookie and transaction. */
  const success = (request: Buffer) => Buffer.concat([Buffer.from([1, 1, 0, 0]), request.subarray(4, 20)]);

  it('warns where there are none', async () => {
    expect(verdicts(await checkIce({ servers: [], relayBy }, { signal }))).toEqual(['warn']);
  });

  it('finds a STUN server that answers', async () => {
    const servers = [{ urls: [await serve(success)] }];
    expect(verdicts(await checkIce({ servers, relayBy }, { signal }))).toEqual(['ok']);
  });

  it('is not told by somebody else’s answer', async () => {
    const stranger = await serve((request) => success(request).fill(0, 8));
    const servers = [{ urls: [stranger] }];
    const abort = AbortSignal.timeout(100);
    expect(verdicts(await checkIce({ servers, relayBy }, { signal: abort }))).toEqual(['fail']);
  });

  it('finds a STUN server that is not there', async () => {
    const servers = [{ urls: ['stun:127.0.0.1:1', 'stun:name.invalid'] }];
    const abort = AbortSignal.timeout(3_000);
    expect(verdicts(await checkIce({ servers, relayBy }, { signal: abort }))).toEqual(['fail', 'fail']);
  });

  it.each([
    ['ok', async () => undefined],
    ['fail', () => Promise.reject(new Error('401'))],
  ])('has a TURN server relay: %s', async (verdict, relay) => {
    const servers = [{ urls: ['turn:127.0.0.1:1'], username: 'u', credential: 'c' }];
    expect(verdicts(await checkIce({ servers, relayBy: relay }, { signal }))).toEqual([verdict]);
  });

  it('warns of what is of no use', async () => {
    const servers = [{ urls: ['turn:127.0.0.1:1', 'stuns:127.0.0.1:1'] }];
    expect(verdicts(await checkIce({ servers, relayBy }, { signal }))).toEqual(['warn']);
  });
});
