import type { Page } from '@playwright/test';
import { openBrowser } from '../../e2e/stage/chromium.ts';
import { PageLink } from './page-link.ts';
import type { TimedProfile } from './profiles.ts';
import { openUdpLink } from './udp-link.ts';
import { watchCall } from './watch.ts';
import type { Watched } from './watched.ts';

/** Any secure origin will do; nothing is asked of the network. */
const ORIGIN = 'http://localhost/';

/** What the camera page draws and sends. */
export interface ReferenceFormat {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly maxBitrateBps: number;
}

/** The same call between two Chromium pages, over the same link: libwebrtc at both ends, H.264, a canvas that never rests. */
export async function watchReference(profile: TimedProfile, format: ReferenceFormat): Promise<Watched> {
  // Names in place of addresses would have to be looked up by multicast, which a container may not have.
  await using browser = await openBrowser({ args: ['--disable-features=WebRtcHideLocalIpsWithMdns'] });
  await browser.context.route(`${ORIGIN}**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>reference</title>' }),
  );
  using link = openUdpLink(profile.link);
  using pageLink = await PageLink.open(browser.context, link.ways);
  const [camera, viewer] = [await browser.context.newPage(), await browser.context.newPage()];
  for (const page of [camera, viewer]) await page.goto(ORIGIN);
  await pageLink.renew(viewer);
  const watched = { page: viewer, link, profile, scaling: 'scaled' } as const;
  return await watchCall(watched, () => call(camera, viewer, format));
}

/** Offer and answer whole; only the camera's candidates are told, so that nobody finds another way. */
async function call(camera: Page, viewer: Page, format: ReferenceFormat): Promise<void> {
  const offer = await viewer.evaluate(makeOffer);
  const answer = await camera.evaluate(answerOffer, { offer, ...format });
  await viewer.evaluate(takeAnswer, answer);
}

declare global {
  var latchkeyConnection: RTCPeerConnection;
}

/** Runs in the page that watches. */
async function makeOffer(): Promise<string> {
  const connection = new RTCPeerConnection();
  globalThis.latchkeyConnection = connection;
  const transceiver = connection.addTransceiver('video', { direction: 'recvonly' });
  const { codecs = [] } = RTCRtpReceiver.getCapabilities('video') ?? {};
  const isWanted = ({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec) =>
    mimeType === 'video/rtx' ||
    (mimeType === 'video/H264' && /packetization-mode=1.*42[0-9a-f]{4}/.test(sdpFmtpLine));
  transceiver.setCodecPreferences(codecs.filter(isWanted));
  transceiver.receiver.jitterBufferTarget = 0;
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true });
  document.body.replaceChildren(video);
  video.srcObject = new MediaStream([transceiver.receiver.track]);
  await connection.setLocalDescription();
  return (connection.localDescription?.sdp ?? '').replaceAll(/^a=candidate:.*\r\n/gm, '');
}

/** Runs in the page that watches; resolves with the first picture. */
async function takeAnswer(sdp: string): Promise<void> {
  const video = document.querySelector('video');
  const shown = new Promise<void>((resolve) => video?.requestVideoFrameCallback(() => resolve()));
  await latchkeyConnection.setRemoteDescription({ type: 'answer', sdp });
  await shown;
}

/** Runs in the page that sends: a clock strip over noise that no encoder gets small. */
async function answerOffer({
  offer,
  width,
  height,
  frameRate,
  maxBitrateBps,
}: ReferenceFormat & { readonly offer: string }): Promise<string> {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const checkBits = (time: number) => {
    let crc = 0xa5;
    for (const shift of [24, 16, 8, 0]) {
      crc ^= (time >>> shift) & 0xff;
      for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x80 ? 0x07 : 0)) & 0xff;
    }
    return crc;
  };
  const noise = context.createImageData(width, 128);
  const draw = () => {
    for (let at = 0; at < noise.data.length; at += 4) {
      const grey = 96 + Math.random() * 64;
      noise.data.set([grey, grey, grey, 255], at);
    }
    context.putImageData(noise, 0, Math.floor(height / 2));
    const time = Date.now() % 2 ** 32;
    const bits = `${time.toString(2).padStart(32, '0')}${checkBits(time).toString(2).padStart(8, '0')}`;
    for (let cell = 0; cell < 40; cell++) {
      context.fillStyle = bits[cell] === '1' ? '#fff' : '#000';
      context.fillRect(cell * 16, 0, 16, 16);
    }
  };
  draw();
  setInterval(draw, 1000 / frameRate);
  const stream = canvas.captureStream(frameRate);
  const connection = new RTCPeerConnection();
  globalThis.latchkeyConnection = connection;
  const [track] = stream.getVideoTracks();
  if (!track) throw new Error('no track');
  track.contentHint = 'motion';
  const sender = connection.addTrack(track, stream);
  await connection.setRemoteDescription({ type: 'offer', sdp: offer });
  const gathered = new Promise<void>((resolve) => {
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') resolve();
    });
  });
  await connection.setLocalDescription();
  await gathered;
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = maxBitrateBps;
  await sender.setParameters(parameters);
  return connection.localDescription?.sdp ?? '';
}
