import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Channel, deriveChannel } from '#shared/channel.ts';
import { randomBase64url } from '#shared/crypto.ts';
import { type ExpectedSender, type Identity, sealMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import type { Message } from '#shared/message.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker, type MemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import type { UpMessage } from '#shared/up-message.ts';
import { eventually } from '../testing/eventually.ts';
import { Conversation } from './conversation.ts';

const secret = randomBase64url(32);
const rq = 'r'.repeat(43);
const sid = 's'.repeat(22);
const bye: Message = { type: 'bye', body: { rq, sid, reason: 'shutdown' } };
const last: Message = { type: 'bye', body: { rq, sid, reason: 'left' } };
const presence: Message = {
  type: 'presence',
  body: { state: 'online', nonce: 'n'.repeat(22), name: 'Kitchen', ice_servers: [] },
};

let broker: MemoryBroker;
let camera: Identity;
let phone: Identity;
let stranger: Identity;
let lanes: Channel;
let heard: Message[];

beforeEach(async () => {
  broker = createMemoryBroker();
  [camera, phone, stranger] = await Promise.all([
    createIdentity({ extractable: false }),
    createIdentity({ extractable: false }),
    createIdentity({ extractable: false }),
  ]);
  lanes = await deriveChannel(secret, camera.thumbprint);
  heard = [];
});

function open(
  sender: ExpectedSender,
  onMessage = (message: Message): unknown => heard.push(message),
): Promise<Conversation> {
  return Conversation.open({
    rendezvous: broker.connect(),
    secret,
    identity: phone,
    camera: camera.thumbprint,
    sender,
    clock: new FakeClock(),
    onMessage: ({ message }) => void onMessage(message),
  });
}

interface Said {
  readonly by?: Identity;
  readonly to?: Identity;
  readonly lane?: Channel['up'];
  readonly introduce?: boolean;
}

async function say(message: Message, { by, to, lane, introduce }: Said = {}): Promise<void> {
  const { payload } = await sealMessage(message, {
    identity: by ?? camera,
    audience: (to ?? phone).thumbprint,
    lane: lane ?? lanes.down,
    introduce: introduce ?? false,
    issuedAt: 1,
  });
  broker.inject(lanes.down.topic, payload);
}

describe('on a grant’s channel', () => {
  test.each<[string, () => Said]>([
    ['whoever has its secret and not the camera’s key', () => ({ by: stranger })],
    ['whoever introduces themselves', () => ({ by: stranger, introduce: true })],
    ['whoever takes the camera’s name', () => ({ by: { ...stranger, thumbprint: camera.thumbprint } })],
    ['the camera, to another phone', () => ({ to: stranger })],
    ['the camera, to nobody', () => ({ to: camera })],
    ['the camera, on another lane', () => ({ lane: lanes.up })],
    ['the phone itself, reflected', () => ({ by: phone, to: camera, lane: lanes.up })],
  ])('is not heard %s', async (_, said) => {
    const conversation = await open({ type: 'known', jwk: camera.publicJwk });
    await say(bye, said());
    await say(last);
    await eventually(() => heard.length > 0);
    expect(heard).toEqual([last]);
    conversation.close();
  });
});

describe('on an invite’s channel', () => {
  const invited = () => open({ type: 'introduced', thumbprint: camera.thumbprint });

  test.each<[string, () => Said]>([
    ['whoever saw the code', () => ({ by: stranger, introduce: true })],
    ['the camera, to another phone', () => ({ to: stranger, introduce: true })],
    [
      'the camera, to nobody in particular, unless it is its presence',
      () => ({ to: camera, introduce: true }),
    ],
  ])('is not heard %s', async (_, said) => {
    const conversation = await invited();
    await say(bye, said());
    await say(presence, { to: camera, introduce: true });
    await eventually(() => heard.length > 0);
    expect(heard).toEqual([presence]);
    conversation.close();
  });
});

test('a short message does not overtake the longer one before it', async () => {
  const conversation = await open({ type: 'known', jwk: camera.publicJwk });
  const order: string[] = [];
  const seal = (message: UpMessage) => conversation.seal(message).then(() => order.push(message.type));
  const nonce = 'n'.repeat(22);
  await Promise.all([
    seal({ type: 'offer', body: { nonce, sid, sdp: `v=0\r\n${randomBase64url(1_200)}` } }),
    seal({ type: 'hello', body: {} }),
    seal({ type: 'leave', body: { nonce, sid } }),
  ]);
  await expect(seal({ type: 'offer', body: { nonce, sid, sdp: randomBase64url(9_000) } })).rejects.toThrow();
  await seal({ type: 'hello', body: {} });
  expect(order).toEqual(['offer', 'hello', 'leave', 'hello']);
  conversation.close();
});

test('a message that its listener chokes on is reported, and those after it are heard', async () => {
  const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
  const conversation = await open({ type: 'known', jwk: camera.publicJwk }, (message) => {
    if (message.type === 'presence') throw new TypeError('choked');
    heard.push(message);
  });
  for (let count = 0; count < 40; count += 1) {
    await say(presence);
    await eventually(() => report.mock.calls.length > count);
  }
  await say(last);
  await eventually(() => heard.length > 0);
  expect(heard).toEqual([last]);
  conversation.close();
  report.mockRestore();
});
