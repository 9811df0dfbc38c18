import type { Page } from '@playwright/test';
import { openBrowser } from '../../e2e/stage/chromium.ts';
import { readStages, type Stages } from './marks.ts';
import { installProbe } from './probe.ts';

/** Any secure origin will do; nothing is asked of the network. */
const ORIGIN = 'http://localhost/';
const PAUSE_MS = 300;

interface Signal {
  readonly description?: RTCSessionDescriptionInit;
  readonly candidate?: RTCIceCandidateInit;
}

/**
 * The same stages between two Chromium pages that signal within the browser: what libwebrtc at both ends takes on this
 * machine, without a rendezvous, cryptography of the protocol, or a camera to start. As in the app, the offer is made
 * before the tap.
 */
export async function measureReference(runs: number): Promise<Stages[]> {
  // Names in place of addresses would have to be looked up by multicast, which a container may not have.
  await using browser = await openBrowser({ args: ['--disable-features=WebRtcHideLocalIpsWithMdns'] });
  await browser.context.addInitScript(installProbe);
  await browser.context.route(`${ORIGIN}**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>reference</title>' }),
  );
  const [camera, viewer] = [await browser.context.newPage(), await browser.context.newPage()];
  for (const page of [camera, viewer]) await page.goto(ORIGIN);
  await camera.evaluate(playCamera);
  const all: Stages[] = [];
  for (let run = 0; run < runs; run++) {
    all.push(await measureOnce(viewer));
    await viewer.waitForTimeout(PAUSE_MS);
  }
  return all;
}

async function measureOnce(viewer: Page): Promise<Stages> {
  const { marks, startMs } = await viewer.evaluate(watchCamera);
  return readStages(marks, startMs);
}

/** Runs in the page that sends: a moving canvas, 1280x720 at 30, to whoever offers. */
function playCamera(): void {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 1280, height: 720 });
  const context = canvas.getContext('2d');
  let x = 0;
  setInterval(() => {
    if (!context) return;
    context.fillStyle = '#0f3139';
    context.fillRect(0, 0, 1280, 720);
    context.fillStyle = '#fff';
    x = (x + 4) % 1280;
    context.fillRect(x, 200, 80, 80);
  }, 33);
  const stream = canvas.captureStream(30);
  const channel = new BroadcastChannel('signals');
  let connection: RTCPeerConnection | null = null;
  let work = Promise.resolve();
  const handle = async ({ description, candidate }: Signal) => {
    if (candidate) await connection?.addIceCandidate(candidate);
    if (description?.type !== 'offer') return;
    connection?.close();
    connection = new RTCPeerConnection();
    connection.addEventListener('icecandidate', (event) => {
      if (event.candidate) channel.postMessage({ candidate: event.candidate.toJSON() });
    });
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    await connection.setRemoteDescription(description);
    await connection.setLocalDescription();
    channel.postMessage({ description: { type: 'answer', sdp: connection.localDescription?.sdp } });
  };
  channel.addEventListener('message', ({ data }: MessageEvent<Signal>) => {
    work = work.then(() => handle(data));
  });
}

/** Runs in the page that watches; ends with its first picture. */
async function watchCamera() {
  const marks = globalThis.latchkeyMarks;
  marks.length = 0;
  const channel = new BroadcastChannel('signals');
  const connection = new RTCPeerConnection();
  const transceiver = connection.addTransceiver('video', { direction: 'recvonly' });
  const { codecs = [] } = RTCRtpReceiver.getCapabilities('video') ?? {};
  const isWanted = ({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec) =>
    mimeType === 'video/rtx' ||
    (mimeType === 'video/H264' && /packetization-mode=1.*42[0-9a-f]{4}/.test(sdpFmtpLine));
  transceiver.setCodecPreferences(codecs.filter(isWanted));
  transceiver.receiver.jitterBufferTarget = 0;
  const early: RTCIceCandidate[] = [];
  let isOffered = false;
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate && isOffered) channel.postMessage({ candidate: candidate.toJSON() });
    else if (candidate) early.push(candidate);
  });
  let work = Promise.resolve();
  channel.addEventListener('message', ({ data }: MessageEvent<Signal>) => {
    work = work.then(async () => {
      if (data.description) await connection.setRemoteDescription(data.description);
      if (data.candidate) await connection.addIceCandidate(data.candidate);
    });
  });
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true });
  document.body.replaceChildren(video);
  const shown = new Promise<void>((resolve) => {
    connection.addEventListener('track', ({ track }) => {
      video.srcObject = new MediaStream([track]);
      video.requestVideoFrameCallback(() => resolve());
    });
  });
  await connection.setLocalDescription();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const startMs = performance.now();
  isOffered = true;
  const sdp = connection.localDescription?.sdp ?? '';
  marks.push({ name: 'sent', atMs: performance.now(), bytes: sdp.length });
  channel.postMessage({ description: { type: 'offer', sdp } });
  for (const candidate of early) channel.postMessage({ candidate: candidate.toJSON() });
  await shown;
  await new Promise((resolve) => setTimeout(resolve, 100));
  connection.close();
  channel.close();
  return { marks: [...marks], startMs };
}
