import { describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { AccessUnit, Capture, CaptureEnd, CaptureFormat, Rendition } from './capture.ts';
import { ENCODER_ABILITIES } from './capture-abilities.ts';
import { CaptureError } from './capture-error.ts';
import { type PictureSettings, PLAIN_PICTURE } from './picture-settings.ts';
import { SharedCapture } from './shared-capture.ts';

const unit: AccessUnit = { nalUnits: [], isKeyframe: true, capturedAtMs: 0, rendition: 'main' };
const died: CaptureEnd = { type: 'died', message: 'unplugged', trouble: 'gone' };

class FakeCapture implements Capture {
  readonly #closed = Promise.withResolvers<CaptureEnd>();
  readonly closed = this.#closed.promise;
  readonly #listeners = new Set<(unit: AccessUnit) => void>();
  readonly #startError: Error | null;
  readonly abilities = { ...ENCODER_ABILITIES, description: 'Fake' };
  isOpen = true;
  keyframes = 0;
  lowKeyframes = 0;
  lowBitrateBps: number | null = null;
  picture: PictureSettings | null = null;
  bitrateBps = 0;
  skippedMs = 0;
  format: CaptureFormat | null = null;

  constructor(startError: Error | null) {
    this.#startError = startError;
  }

  async start(): Promise<void> {
    if (this.#startError) throw this.#startError;
  }
  onAccessUnit(listener: (unit: AccessUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  setBitrate(bitrateBps: number): void {
    this.bitrateBps = bitrateBps;
  }
  setLow(bitrateBps: number | null): void {
    this.lowBitrateBps = bitrateBps;
  }
  requestKeyframe(rendition: Rendition = 'main'): void {
    if (rendition === 'main') this.keyframes++;
    else this.lowKeyframes++;
  }
  skip(forMs: number): void {
    this.skippedMs = forMs;
  }
  setFormat(format: CaptureFormat): void {
    this.format = format;
  }
  setPicture(settings: PictureSettings): void {
    this.picture = settings;
  }
  async snapshot() {
    return { type: 'image/jpeg', bytes: Uint8Array.of(0xff, 0xd8), width: 2, height: 2 } as const;
  }
  async close(): Promise<void> {
    this.end({ type: 'closed' });
  }
  deliver(): void {
    for (const listener of this.#listeners) listener(unit);
  }
  end(end: CaptureEnd): void {
    this.isOpen = false;
    this.#closed.resolve(end);
  }
}

class FakeListener {
  readonly log: string[] = [];
  onAccessUnit(): void {
    this.log.push('unit');
  }
  onInterruption(reason: CaptureEnd): void {
    this.log.push(`interrupted: ${reason.type}`);
  }
  onFailure(reason: CaptureEnd): void {
    this.log.push(`failed: ${reason.type}`);
  }
}

function createShared(startError: Error | null = null) {
  const clock = new FakeClock();
  const captures: FakeCapture[] = [];
  const open = () => {
    const capture = new FakeCapture(startError);
    captures.push(capture);
    return capture;
  };
  const shared = new SharedCapture({ open, clock, random: () => 0.999 });
  const latest = () => {
    const capture = captures.at(-1);
    if (!capture) throw new Error('no capture was opened');
    return capture;
  };
  return { shared, clock, captures, latest };
}

/** Lets what was promised happen. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('SharedCapture', () => {
  it('opens nothing before the first viewer, and one capture for all', () => {
    const { shared, captures, latest } = createShared();
    const [a, b] = [new FakeListener(), new FakeListener()];
    expect(captures).toHaveLength(0);
    shared.acquire(a);
    shared.acquire(b);
    latest().deliver();
    expect(captures).toHaveLength(1);
    expect([a.log, b.log]).toEqual([['unit'], ['unit']]);
  });

  it('stays on through a reload, and goes off three seconds after the last viewer', async () => {
    const { shared, clock, captures, latest } = createShared();
    const release = shared.acquire(new FakeListener());
    release();
    clock.advance(2_999);
    const releaseAgain = shared.acquire(new FakeListener());
    clock.advance(10_000);
    expect(latest().isOpen).toBe(true);
    releaseAgain();
    releaseAgain();
    clock.advance(3_000);
    await settle();
    expect(latest().isOpen).toBe(false);
    expect(captures).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('asks for the first keyframe at once, and for the next ones together', () => {
    const { shared, clock, latest } = createShared();
    shared.acquire(new FakeListener());
    for (let request = 0; request < 5; request++) shared.requestKeyframe();
    expect(latest().keyframes).toBe(1);
    clock.advance(499);
    expect(latest().keyframes).toBe(1);
    clock.advance(1);
    expect(latest().keyframes).toBe(2);
    clock.advance(5_000);
    expect(latest().keyframes).toBe(2);
  });

  it('asks for keyframes of the two renditions apart', () => {
    const { shared, latest } = createShared();
    shared.acquire(new FakeListener());
    shared.requestKeyframe('low');
    shared.requestKeyframe('low');
    shared.requestKeyframe();
    expect([latest().keyframes, latest().lowKeyframes]).toEqual([1, 1]);
  });

  it('opens the device for a snapshot, and lets go of it', async () => {
    const { shared, clock, latest } = createShared();
    const taken = shared.snapshot();
    latest().deliver();
    expect((await taken).type).toBe('image/jpeg');
    clock.advance(3_000);
    await settle();
    expect(latest().isOpen).toBe(false);
  });

  it.each([
    ['there is no picture', new CaptureError('missing_program', 'no')],
    ['it is closed meanwhile', null],
  ])('takes no snapshot where %s', async (_, startError) => {
    const { shared } = createShared(startError);
    const taken = shared.snapshot();
    if (!startError) await shared.close();
    await expect(taken).rejects.toMatchObject({ code: 'no_picture' });
  });

  it('does not keep a device that gives no picture for a snapshot that nobody waits for any more', async () => {
    const { shared, clock, latest } = createShared();
    const release = shared.acquire(new FakeListener());
    latest().deliver();
    latest().end(died);
    await settle();
    const taken = shared.snapshot();
    const refused = expect(taken).rejects.toMatchObject({ code: 'no_picture' });
    release();
    clock.advance(20_000);
    await refused;
    clock.advance(3_000);
    await settle();
    expect([latest().isOpen, clock.pending]).toEqual([false, 0]);
  });

  it('knows what the source is, and does not open it to find out', async () => {
    const { shared, latest } = createShared();
    expect(shared.abilities?.description).toBe('Fake');
    shared.acquire(new FakeListener());
    await settle();
    await shared.close();
    expect([shared.abilities?.description, latest().isOpen]).toEqual(['Fake', false]);
  });

  it('opens the device anew for a larger picture, once it has let go, and for nobody who has left', async () => {
    const { shared, captures, latest } = createShared();
    shared.setFullFormat({ width: 640, height: 360, frameRate: 30 });
    const release = shared.acquire(new FakeListener());
    await settle();
    shared.setFullFormat({ width: 320, height: 180, frameRate: 30 });
    expect([captures.length, latest().format?.width]).toEqual([1, 320]);
    shared.setFullFormat({ width: 640, height: 360, frameRate: 15 });
    expect([captures.length, latest().format?.width]).toEqual([1, 640]);
    shared.setFullFormat({ width: 1280, height: 720, frameRate: 30 });
    shared.acquire(new FakeListener());
    expect([captures.length, captures[0]?.isOpen]).toEqual([1, false]);
    await settle();
    expect([captures.length, latest().isOpen]).toEqual([2, true]);
    release();
    await shared.close();
    shared.setFullFormat({ width: 1920, height: 1080, frameRate: 30 });
    expect(captures).toHaveLength(2);
  });

  it('lets go of everybody at once, and is opened again for who comes later', async () => {
    const { shared, captures, latest } = createShared();
    const listener = new FakeListener();
    shared.acquire(listener);
    await settle();
    shared.letGo();
    expect(captures[0]?.isOpen).toBe(false);
    shared.acquire(listener);
    expect(latest().isOpen).toBe(true);
    await shared.close();
  });

  it('has pictures left out only by the capture there is', () => {
    const { shared, latest } = createShared();
    shared.skip(300);
    shared.acquire(new FakeListener());
    expect(latest().skippedMs).toBe(0);
    shared.skip(300);
    expect(latest().skippedMs).toBe(300);
  });

  it('carries bitrates, format and picture settings over to the next capture', async () => {
    const { shared, clock, captures, latest } = createShared();
    shared.setBitrate(700_000);
    shared.acquire(new FakeListener());
    expect(latest().bitrateBps).toBe(700_000);
    shared.setFormat({ width: 640, height: 480, frameRate: 15 });
    shared.setLow(200_000);
    shared.setPicture({ ...PLAIN_PICTURE, rotation: 90 });
    latest().end(died);
    await settle();
    clock.advance(500);
    expect(captures).toHaveLength(2);
    expect(latest().format).toEqual({ width: 640, height: 480, frameRate: 15 });
    expect(latest().lowBitrateBps).toBe(200_000);
    expect(latest().picture?.rotation).toBe(90);
  });

  it('tells why the picture stopped, and starts it again', async () => {
    const { shared, clock, captures, latest } = createShared();
    const listener = new FakeListener();
    shared.acquire(listener);
    await settle();
    latest().end(died);
    await settle();
    expect(listener.log).toEqual(['interrupted: died']);
    clock.advance(500);
    latest().deliver();
    expect(captures).toHaveLength(2);
    expect(listener.log).toEqual(['interrupted: died', 'unit']);
  });

  it('tries again for as long as somebody watches who has seen a picture', async () => {
    const { shared, clock, captures, latest } = createShared();
    const listener = new FakeListener();
    const release = shared.acquire(listener);
    await settle();
    latest().deliver();
    for (let minute = 0; minute < 30; minute++) {
      latest().end(died);
      await settle();
      clock.advance(10_000);
    }
    latest().deliver();
    expect(listener.log.at(-1)).toBe('unit');
    expect(captures).toHaveLength(31);
    latest().end(died);
    await settle();
    release();
    clock.advance(60_000);
    expect(captures).toHaveLength(31);
    expect(clock.pending).toBe(0);
  });

  it('gives up after a while, and begins anew with the next viewer', async () => {
    const { shared, clock, captures } = createShared(new CaptureError('failed_to_start', 'busy'));
    const listener = new FakeListener();
    shared.acquire(listener);
    for (let attempt = 0; attempt < 20; attempt++) {
      await settle();
      clock.advance(10_000);
    }
    expect(captures).toHaveLength(9);
    expect(listener.log.at(-1)).toBe('failed: failed-to-start');
    expect(clock.pending).toBe(0);
    shared.acquire(new FakeListener());
    expect(captures).toHaveLength(10);
  });

  it.each(['bad_settings', 'missing_program'] as const)(
    'does not retry what cannot mend itself: %s',
    async (code) => {
      const { shared, clock, captures } = createShared(new CaptureError(code, 'no'));
      const listener = new FakeListener();
      shared.acquire(listener);
      await settle();
      clock.advance(60_000);
      expect(captures).toHaveLength(1);
      expect(listener.log).toHaveLength(1);
      expect(listener.log[0]).toMatch(/^failed/);
    },
  );

  it('fails at once where the settings name no camera', () => {
    const open = () => {
      throw new CaptureError('bad_settings', 'no such camera');
    };
    const listener = new FakeListener();
    new SharedCapture({ open, clock: new FakeClock() }).acquire(listener);
    expect(listener.log).toEqual(['failed: bad-settings']);
  });

  it('leaves no capture and no timer after close', async () => {
    const { shared, clock, latest } = createShared();
    const listener = new FakeListener();
    const release = shared.acquire(listener);
    shared.requestKeyframe();
    shared.requestKeyframe();
    await shared.close();
    release();
    await settle();
    expect(latest().isOpen).toBe(false);
    expect(clock.pending).toBe(0);
    expect(listener.log).toEqual([]);
  });
});
