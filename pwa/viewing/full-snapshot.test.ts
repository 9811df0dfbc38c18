import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTestPicture } from '../app/testing/test-picture.ts';
import { keepSnapshot, takeFullSnapshot } from './full-snapshot.ts';

/** The camera's end of a data channel, which opens when a test says so. */
class FakeChannel extends EventTarget {
  readyState: RTCDataChannelState = 'open';
  binaryType = 'blob';
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push(text);
  }

  say(data: string | ArrayBuffer): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  end(): void {
    this.readyState = 'closed';
    this.dispatchEvent(new Event('close'));
  }
}

let channel: FakeChannel;
/** The same, as what is taken sees it. */
let opener: RTCDataChannel;
let video: HTMLVideoElement;

beforeEach(async () => {
  channel = new FakeChannel();
  opener = channel as unknown as RTCDataChannel; // What is used of one, and no more.
  video = document.createElement('video');
  video.muted = true;
  video.srcObject = openTestPicture();
  document.body.append(video);
  await video.play();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

async function drawJpeg(width: number): Promise<ArrayBuffer> {
  const canvas = Object.assign(document.createElement('canvas'), { width, height: 40 });
  canvas.getContext('2d')?.fillRect(0, 0, 10, 10);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg'));
  return blob?.arrayBuffer() ?? new ArrayBuffer();
}

/** Encodes one keyframe as a camera does; null where this browser has no encoder. */
async function encodeKeyframe(): Promise<ArrayBuffer | null> {
  const config: VideoEncoderConfig = {
    ...{ codec: 'avc1.42001f', width: 320, height: 240, avc: { format: 'annexb' } },
  };
  if (!(await VideoEncoder.isConfigSupported(config)).supported) return null;
  const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>();
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new ArrayBuffer(chunk.byteLength);
      chunk.copyTo(bytes);
      resolve(bytes);
    },
    error: reject,
  });
  encoder.configure(config);
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  canvas.getContext('2d')?.fillRect(0, 0, 100, 100);
  const frame = new VideoFrame(canvas, { timestamp: 0 });
  encoder.encode(frame, { keyFrame: true });
  frame.close();
  await encoder.flush();
  encoder.close();
  return promise;
}

const header = (bytes: number, change: object = {}) =>
  JSON.stringify({ type: 'picture', format: 'image/jpeg', bytes, width: 400, height: 40, ...change });
/** Sends a picture in messages of this size. */
function send(bytes: ArrayBuffer, size = 500, change: object = {}): void {
  channel.say(header(bytes.byteLength, change));
  for (let at = 0; at < bytes.byteLength; at += size) channel.say(bytes.slice(at, at + size));
}
function sayBoth(...said: (string | ArrayBuffer)[]): void {
  for (const data of said) channel.say(data);
}
/** The same, that says it is of another size: in its frame header (SOF0). */
function withSize(jpeg: ArrayBuffer, width: number, height: number): ArrayBuffer {
  const bytes = new Uint8Array(jpeg);
  const at = bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc0);
  new DataView(jpeg).setUint16(at + 5, height);
  new DataView(jpeg).setUint16(at + 7, width);
  return jpeg;
}
const widthOf = async (picture: Blob | undefined) => picture && (await createImageBitmap(picture)).width;

describe('a snapshot', () => {
  test('is the camera’s own picture, confirmed as it arrives', async () => {
    const bytes = await drawJpeg(400);
    const taking = takeFullSnapshot(opener, video);
    expect(channel.sent).toEqual(['{"type":"take"}']);
    send(bytes);
    const taken = await taking;
    expect([taken?.isFull, await widthOf(taken?.picture)]).toEqual([true, 400]);
    expect(channel.sent.at(-1)).toBe(`{"type":"got","bytes":${bytes.byteLength}}`);
  });

  test('comes on the same channel again and again', async () => {
    for (const width of [400, 200]) {
      const taking = takeFullSnapshot(opener, video);
      send(await drawJpeg(width));
      expect(await widthOf((await taking)?.picture)).toBe(width);
    }
  });

  test('waits until its channel is open', async () => {
    channel.readyState = 'connecting';
    const taking = takeFullSnapshot(opener, video);
    expect(channel.sent).toEqual([]);
    channel.readyState = 'open';
    channel.dispatchEvent(new Event('open'));
    send(await drawJpeg(400));
    expect((await taking)?.isFull).toBe(true);
  });

  test('of a camera that only has H.264 is decoded here', async () => {
    const bytes = await encodeKeyframe();
    if (bytes === null) throw new TypeError('this browser encodes no H.264');
    const taking = takeFullSnapshot(opener, video);
    send(bytes, 500, { format: 'video/h264' });
    const taken = await taking;
    expect([taken?.isFull, taken?.picture.type, await widthOf(taken?.picture)]).toEqual([
      true,
      'image/jpeg',
      320,
    ]);
  });

  test.each<[string, () => void]>([
    ['the camera refuses', () => channel.say('{"type":"refused","code":"busy"}')],
    ['the channel ends', () => channel.end()],
    ['it is no picture', () => send(new ArrayBuffer(900))],
    ['it is no H.264', () => send(new ArrayBuffer(900), 500, { format: 'video/h264' })],
    ['more comes than was announced', () => sayBoth(header(10), new ArrayBuffer(11))],
    ['another one is announced in its middle', () => sayBoth(header(10), header(10))],
    ['what comes makes no sense', () => channel.say('x')],
    ['too much is announced', () => channel.say(header(9_000_000))],
  ])('is what the screen shows where %s', async (_, happen) => {
    const taking = takeFullSnapshot(opener, video);
    happen();
    const taken = await taking;
    expect([taken?.isFull, await widthOf(taken?.picture)]).toEqual([false, video.videoWidth]);
  });

  test('is not decoded where it is so large that it takes all memory', async () => {
    const decode = vi.spyOn(globalThis, 'createImageBitmap');
    const taking = takeFullSnapshot(opener, video);
    send(withSize(await drawJpeg(400), 20_000, 20_000));
    expect((await taking)?.isFull).toBe(false);
    expect(decode).not.toHaveBeenCalled();
    decode.mockRestore();
  });

  test('is what the screen shows where nothing more comes, and where there is no connection', async () => {
    expect((await takeFullSnapshot(null, video))?.isFull).toBe(false);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const taking = takeFullSnapshot(opener, video);
    channel.say(header(10));
    await vi.advanceTimersByTimeAsync(8_000);
    expect((await taking)?.isFull).toBe(false);
  });

  test('is none where the screen shows nothing either', async () => {
    expect(await takeFullSnapshot(null, document.createElement('video'))).toBeNull();
  });

  test('is said to be what it is', async () => {
    expect(await keepSnapshot('Kitchen', null, document.createElement('video'))).toContain('no picture');
    expect(await keepSnapshot('Kitchen', null, video)).toContain('as the screen shows it');
    const keeping = keepSnapshot('Kitchen', opener, video);
    send(await drawJpeg(400));
    expect(await keeping).toBe('Snapshot saved');
  });
});
