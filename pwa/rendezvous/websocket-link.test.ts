import { describe, expect, it } from 'vitest';
import type { LinkEvents } from '#shared/rendezvous-link.ts';
import { WebSocketLink } from './websocket-link.ts';

const accepted = [0x20, 2, 0, 0];

/** A WebSocket whose other end is the test. */
class FakeSocket {
  readonly sent: Uint8Array[] = [];
  readyState: number = WebSocket.OPEN;
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }
  close(): void {
    this.readyState = WebSocket.CLOSED;
  }
  receive(...bytes: number[]): void {
    this.onmessage?.({ data: Uint8Array.from(bytes).buffer });
  }
}

function setUp(events: Partial<LinkEvents> = {}) {
  const socket = new FakeSocket();
  const log: string[] = [];
  const link = new WebSocketLink(
    // The fake has the few members the link uses.
    socket as unknown as WebSocket,
    { url: 'wss://a.example/mqtt' },
    {
      onOpen: () => log.push('open'),
      onMessage: (topic, payload, isRetained) => log.push(`message ${topic} ${payload} ${isRetained}`),
      onAlive: () => undefined,
      onLost: (error) => log.push(`lost ${error.code}`),
      ...events,
    },
  );
  socket.onopen?.();
  return { socket, link, log };
}

function open(events: Partial<LinkEvents> = {}) {
  const setting = setUp(events);
  setting.socket.receive(...accepted);
  setting.socket.sent.length = 0;
  return setting;
}

describe('WebSocket link', () => {
  it('introduces itself with another client id each time', () => {
    const ids = [setUp(), setUp()].map(({ socket }) => String(socket.sent[0]?.subarray(12)));
    expect(new Set(ids).size).toBe(2);
    expect(setUp().socket.sent[0]?.[0]).toBe(0x10);
  });

  it('is open at CONNACK', () => {
    expect(open().log).toEqual(['open']);
  });

  it.each([
    [3, 'offline'],
    [4, 'refused'],
    [5, 'refused'],
  ])('is lost when refused with code %i', (returnCode, code) => {
    const { socket, log } = setUp();
    socket.receive(0x20, 2, 0, returnCode);
    expect(log).toEqual([`lost ${code}`]);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });

  it.each([
    ['a publish before CONNACK', [0x30, 3, 0, 1, 0x61]],
    ['a second CONNACK', [...accepted, ...accepted]],
    ['a length of five bytes', [...accepted, 0x30, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['a packet for brokers only', [...accepted, 0x82, 0]],
  ])('is lost once on %s', (_name, bytes) => {
    const { socket, log } = setUp();
    socket.receive(...bytes);
    socket.receive(...bytes);
    socket.onclose?.();
    expect(log.filter((entry) => entry.startsWith('lost'))).toEqual(['lost protocol']);
  });

  it('is lost on a text frame and on an oversized frame', () => {
    const first = open();
    first.socket.onmessage?.({ data: 'text' });
    expect(first.log.at(-1)).toBe('lost protocol');
    const second = open();
    second.socket.onmessage?.({ data: new ArrayBuffer(300_000) });
    expect(second.log.at(-1)).toBe('lost too_large');
  });

  it('delivers, then acknowledges QoS 1', () => {
    const { socket, log } = open();
    socket.receive(0x33, 6, 0, 1, 0x61, 0, 7, 9);
    socket.receive(0x30, 4, 0, 1, 0x61, 8);
    expect(log.slice(1)).toEqual(['message a 9 true', 'message a 8 false']);
    expect(socket.sent).toEqual([Uint8Array.of(0x40, 2, 0, 7)]);
  });

  it('matches acknowledgements to what they acknowledge, and ignores the rest', () => {
    const { socket, link } = open();
    const calls: unknown[] = [];
    const message = { topic: 'a', payload: Uint8Array.of(1), retain: false, isRepeat: false };
    link.publish(message, () => calls.push('first'));
    link.publish(message, () => calls.push('second'));
    link.subscribe(['a', 'b'], (granted) => calls.push(granted));
    socket.receive(0x40, 2, 0, 2, 0x40, 2, 0, 2, 0x40, 2, 0, 99);
    socket.receive(0x90, 4, 0, 3, 1, 0x80, 0x90, 3, 0, 1, 1);
    expect(calls).toEqual(['second', [true, false]]);
  });

  it('uses no packet id twice at a time', () => {
    const { socket, link } = open();
    link.publish({ topic: 'a', payload: new Uint8Array(), retain: false, isRepeat: false }, () => undefined);
    for (let i = 0; i < 0xffff; i++) link.unsubscribe('b');
    const last = socket.sent.at(-1);
    expect([last?.[2], last?.[3]]).toEqual([0, 2]);
  });

  it('says goodbye, and nothing follows', () => {
    const { socket, link, log } = open();
    link.close();
    link.close();
    socket.receive(0xd0, 0);
    socket.onclose?.();
    expect(socket.sent).toEqual([Uint8Array.of(0xe0, 0)]);
    expect(log).toEqual(['open']);
  });

  it('may be closed by whom it delivers to', () => {
    const log: string[] = [];
    const { socket, link } = open({
      onMessage: (topic) => {
        log.push(topic);
        link.close();
      },
    });
    socket.receive(0x30, 3, 0, 1, 0x61, 0x30, 3, 0, 1, 0x62);
    expect(log).toEqual(['a']);
  });
});
