import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from './bytes.ts';
import { LinkedRendezvous } from './linked-rendezvous.ts';
import type { RendezvousAddress } from './rendezvous.ts';
import { RendezvousError } from './rendezvous-error.ts';
import {
  DIAL_TIMEOUT_MS,
  KEEPALIVE_GRACE_MS,
  KEEPALIVE_MS,
  MAX_PAYLOAD_BYTES,
  MAX_PENDING_PUBLISHES,
  PUBLISH_TIMEOUT_MS,
  RECONNECT_CAP_MS,
} from './rendezvous-limits.ts';
import type { Link, LinkEvents, LinkMessage } from './rendezvous-link.ts';

const topic = `pw1/${'a'.repeat(32)}`;
const lost = new RendezvousError('offline', 'gone');

/** A link that records what is asked of it; the test plays the broker. */
class FakeLink implements Link {
  readonly sent: LinkMessage[] = [];
  readonly acknowledge: (() => void)[] = [];
  readonly subscribed: { topics: readonly string[]; answer: (granted: readonly boolean[]) => void }[] = [];
  readonly unsubscribed: string[] = [];
  pings = 0;
  isClosed = false;
  readonly address: RendezvousAddress;
  readonly events: LinkEvents;

  constructor(address: RendezvousAddress, events: LinkEvents) {
    this.address = address;
    this.events = events;
  }
  publish(message: LinkMessage, acknowledged: () => void): void {
    this.sent.push(message);
    this.acknowledge.push(acknowledged);
  }
  subscribe(topics: readonly string[], answer: (granted: readonly boolean[]) => void): void {
    this.subscribed.push({ topics, answer });
  }
  unsubscribe(name: string): void {
    this.unsubscribed.push(name);
  }
  ping(): void {
    this.pings++;
  }
  close(): void {
    this.isClosed = true;
  }
}

/** A rendezvous with fake links and a fake clock. */
function setUp(urls = ['wss://one.example/mqtt']) {
  const links: FakeLink[] = [];
  const reported: unknown[] = [];
  let timers: { at: number; callback: () => void }[] = [];
  let nowMs = 0;
  const rendezvous = new LinkedRendezvous(
    urls.map((url) => ({ url })),
    {
      openLink: (address, events) => {
        const link = new FakeLink(address, events);
        links.push(link);
        return link;
      },
      random: () => 0.5,
      now: () => nowMs,
      schedule: (callback, ms) => {
        const timer = { at: nowMs + ms, callback };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
      report: (error) => reported.push(error),
    },
  );
  const advance = (ms: number) => {
    const endMs = nowMs + ms;
    for (;;) {
      const next = timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > endMs) break;
      nowMs = next.at;
      timers = timers.filter((timer) => timer !== next);
      next.callback();
    }
    nowMs = endMs;
  };
  const last = (): FakeLink => {
    const link = links.at(-1);
    if (link === undefined) throw new Error('nothing was dialled');
    return link;
  };
  return { rendezvous, links, reported, advance, last, timerCount: () => timers.length };
}

function online(urls?: string[]) {
  const setting = setUp(urls);
  setting.last().events.onOpen();
  return setting;
}

describe('rendezvous connection', () => {
  it('is online once the broker accepts, and tells so', () => {
    const { rendezvous, last } = setUp();
    const states: string[] = [];
    rendezvous.onStateChange((state) => states.push(state));
    last().events.onOpen();
    last().events.onLost(lost);
    expect(states).toEqual(['online', 'connecting']);
  });

  it('tries its addresses in turn, then waits longer each round', () => {
    const { links, last, advance } = setUp(['wss://one.example', 'wss://two.example']);
    for (let i = 0; i < 7; i++) {
      last().events.onLost(lost);
      advance(2_000);
    }
    expect(links.map((link) => link.address.url.slice(6, 9))).toEqual(
      ['one', 'two', 'one', 'two', 'one', 'two', 'one', 'two'].slice(0, links.length),
    );
    expect(links.length).toBeGreaterThan(5);
  });

  it('never waits longer than the cap', () => {
    const { links, last, advance } = setUp();
    for (let i = 0; i < 30; i++) {
      last().events.onLost(lost);
      advance(RECONNECT_CAP_MS);
    }
    expect(links.length).toBeGreaterThanOrEqual(31);
  });

  it('gives up a dial that is not answered, and closes it', () => {
    const { links, advance } = setUp();
    advance(DIAL_TIMEOUT_MS + RECONNECT_CAP_MS);
    expect(links[0]?.isClosed).toBe(true);
    expect(links.length).toBeGreaterThan(1);
  });

  it('does not dial in a tight loop a broker that accepts and drops', () => {
    const { links, last, advance } = setUp();
    for (let i = 0; i < 20; i++) {
      last().events.onOpen();
      last().events.onLost(lost);
      advance(1_000);
    }
    expect(links.length).toBeLessThan(6);
  });

  it('goes on when a listener throws', () => {
    const { rendezvous, last, reported } = setUp();
    const heard: string[] = [];
    rendezvous.onStateChange(() => {
      throw new Error('mine');
    });
    rendezvous.onStateChange((state) => heard.push(state));
    last().events.onOpen();
    expect(heard).toEqual(['online']);
    expect(reported).toHaveLength(1);
  });

  it('needs an address', () => {
    expect(() => setUp([])).toThrow(TypeError);
  });
});

describe('rendezvous sign of life', () => {
  it('is asked for every half minute and a silent broker is left', () => {
    const { last, links, advance } = online();
    advance(KEEPALIVE_MS);
    expect(last().pings).toBe(1);
    advance(KEEPALIVE_GRACE_MS);
    expect(links[0]?.isClosed).toBe(true);
    expect(links).toHaveLength(2);
  });

  it('keeps a link that answers', () => {
    const { last, links, advance } = online();
    for (let i = 0; i < 10; i++) {
      advance(KEEPALIVE_MS);
      last().events.onAlive();
    }
    expect(links).toHaveLength(1);
    expect(last().pings).toBe(10);
  });

  it('notices a half-open connection within the probe time and dials at once', async () => {
    const { rendezvous, links, advance } = online();
    const probed = rendezvous.probe(3_000);
    advance(3_000);
    await probed;
    expect(links).toHaveLength(2);
  });

  it('dials now when probed while waiting', async () => {
    const { rendezvous, last, links } = online();
    last().events.onLost(lost);
    expect(links).toHaveLength(1);
    await rendezvous.probe(3_000);
    expect(links).toHaveLength(2);
  });

  it('resolves a probe when the broker answers', async () => {
    const { rendezvous, last, links, advance } = online();
    const probed = rendezvous.probe(3_000);
    last().events.onAlive();
    await probed;
    advance(3_000);
    expect(links).toHaveLength(1);
  });
});

describe('publish', () => {
  it('resolves at the acknowledgement', async () => {
    const { rendezvous, last } = online();
    const published = rendezvous.publish(topic, encodeUtf8('hello'), { retain: true });
    expect(last().sent).toEqual([{ topic, payload: encodeUtf8('hello'), retain: true, isRepeat: false }]);
    last().acknowledge[0]?.();
    await expect(published).resolves.toBeUndefined();
  });

  it('is sent again, marked as a repeat, after a reconnection', async () => {
    const { rendezvous, last, advance } = online();
    const published = rendezvous.publish(topic, encodeUtf8('1'));
    last().events.onLost(lost);
    advance(1_000);
    last().events.onOpen();
    expect(last().sent).toMatchObject([{ isRepeat: true }]);
    last().acknowledge[0]?.();
    await published;
  });

  it('is not sent twice when published by a listener of the state', () => {
    const { rendezvous, last } = setUp();
    rendezvous.onStateChange(() => {
      rendezvous.publish(topic, encodeUtf8('1')).catch(() => undefined);
      rendezvous.subscribe(topic, () => undefined).catch(() => undefined);
    });
    last().events.onOpen();
    expect(last().sent).toHaveLength(1);
    expect(last().subscribed).toHaveLength(1);
  });

  it('fails as offline after its time limit', async () => {
    const { rendezvous, advance } = setUp();
    const published = rendezvous.publish(topic, encodeUtf8('1'));
    const refused = expect(published).rejects.toMatchObject({ code: 'offline' });
    advance(PUBLISH_TIMEOUT_MS);
    await refused;
  });

  it('fails with the reason of its signal, and is not sent later', async () => {
    const { rendezvous, last } = setUp();
    const controller = new AbortController();
    const published = rendezvous.publish(topic, encodeUtf8('1'), { signal: controller.signal });
    const refused = expect(published).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await refused;
    last().events.onOpen();
    expect(last().sent).toHaveLength(0);
  });

  it('refuses a payload over the limit', async () => {
    const { rendezvous } = online();
    const payload = new Uint8Array(MAX_PAYLOAD_BYTES + 1);
    await expect(rendezvous.publish(topic, payload)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('queues no more than its bound', async () => {
    const { rendezvous } = setUp();
    const kept = Array.from({ length: MAX_PENDING_PUBLISHES }, () =>
      rendezvous.publish(topic, encodeUtf8('1')),
    );
    await expect(rendezvous.publish(topic, encodeUtf8('1'))).rejects.toMatchObject({ code: 'busy' });
    await rendezvous.close();
    const outcomes = await Promise.allSettled(kept);
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
  });

  it('leaves a broker that acknowledges nothing', async () => {
    const { rendezvous, links, advance } = online();
    for (let round = 0; round < 3; round++) {
      const batch = Array.from({ length: 200 }, () =>
        rendezvous.publish(topic, encodeUtf8('1'), { timeoutMs: 1 }).catch(() => undefined),
      );
      advance(1);
      await Promise.all(batch);
    }
    expect(links[0]?.isClosed).toBe(true);
  });
});

describe('subscribe', () => {
  it('resolves when granted, delivers, and ends', async () => {
    const { rendezvous, last } = online();
    const heard: [string, boolean][] = [];
    const subscribing = rendezvous.subscribe(topic, (payload, { isRetained }) =>
      heard.push([String(payload), isRetained]),
    );
    last().subscribed[0]?.answer([true]);
    const unsubscribe = await subscribing;
    last().events.onMessage(topic, Uint8Array.of(1), true);
    last().events.onMessage('pw1/other', Uint8Array.of(2), false);
    unsubscribe();
    unsubscribe();
    last().events.onMessage(topic, Uint8Array.of(3), false);
    expect(heard).toEqual([['1', true]]);
    expect(last().unsubscribed).toEqual([topic]);
  });

  it('waits for the broker, and is made again after a reconnection', async () => {
    const { rendezvous, last, advance } = setUp();
    const subscribing = rendezvous.subscribe(topic, () => undefined);
    last().events.onOpen();
    last().subscribed[0]?.answer([true]);
    await subscribing;
    last().events.onLost(lost);
    advance(1_000);
    last().events.onOpen();
    expect(last().subscribed[0]?.topics).toEqual([topic]);
  });

  it('is refused when the broker refuses', async () => {
    const { rendezvous, last } = online();
    const subscribing = rendezvous.subscribe(topic, () => undefined);
    last().subscribed[0]?.answer([false]);
    await expect(subscribing).rejects.toMatchObject({ code: 'refused' });
    last().events.onMessage(topic, Uint8Array.of(1), false);
  });

  it('ends with its signal', async () => {
    const { rendezvous, last } = online();
    const controller = new AbortController();
    const subscribing = rendezvous.subscribe(topic, () => undefined, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(subscribing).rejects.toThrow('enough');
    expect(last().unsubscribed).toEqual([topic]);
  });

  it('delivers to the other listeners when one throws', async () => {
    const { rendezvous, last, reported } = online();
    let heard = 0;
    const both = [
      rendezvous.subscribe(topic, () => {
        throw new Error('mine');
      }),
      rendezvous.subscribe(topic, () => heard++),
    ];
    for (const { answer } of last().subscribed) answer([true]);
    await Promise.all(both);
    last().events.onMessage(topic, Uint8Array.of(1), false);
    expect([heard, reported.length]).toEqual([1, 1]);
  });

  it('asks for many topics in several packets', () => {
    const { rendezvous, last } = setUp();
    for (let i = 0; i < 100; i++) rendezvous.subscribe(`pw1/${i}`, () => undefined).catch(() => undefined);
    last().events.onOpen();
    expect(last().subscribed.map(({ topics }) => topics.length)).toEqual([64, 36]);
  });
});

describe('close', () => {
  it('ends everything under way, and leaves no timer', async () => {
    const { rendezvous, last, timerCount } = online();
    const publishing = rendezvous.publish(topic, encodeUtf8('1'));
    const subscribing = rendezvous.subscribe(topic, () => undefined);
    const refused = Promise.all([
      expect(publishing).rejects.toMatchObject({ code: 'closed' }),
      expect(subscribing).rejects.toMatchObject({ code: 'closed' }),
    ]);
    await rendezvous.close();
    await rendezvous.close();
    await refused;
    expect(rendezvous.state).toBe('closed');
    expect(last().isClosed).toBe(true);
    expect(timerCount()).toBe(0);
    await expect(rendezvous.publish(topic, encodeUtf8('1'))).rejects.toMatchObject({ code: 'closed' });
  });
});
