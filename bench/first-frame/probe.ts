import type { Page } from '@playwright/test';
import type { Mark } from './marks.ts';

declare global {
  /** What the probe saw, in a page that has it. */
  var latchkeyMarks: Mark[];
}

/** When a page with the probe was last tapped, milliseconds since its navigation began. */
export function lastTapMs(page: Page): Promise<number> {
  return page.evaluate(() => latchkeyMarks.findLast(({ name }) => name === 'start')?.atMs ?? Number.NaN);
}

/**
 * Runs in a page before its own scripts: notes taps, what is sent to the rendezvous, the wish for a picture, the states of peer connections,
 * the way to a camera's page and the first picture of each stream, and changes nothing of them. It needs everything inside itself.
 */
export function installProbe(): void {
  const marks: Mark[] = [];
  globalThis.latchkeyMarks = marks;
  const mark = (name: Mark['name'], atMs = performance.now()) => marks.push({ name, atMs });
  addEventListener('click', ({ timeStamp }) => mark('start', timeStamp), { capture: true });
  navigation.addEventListener('currententrychange', () => {
    if (new URLSearchParams(location.search).has('camera')) mark('camera');
  });

  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const bytes = typeof data === 'string' ? data.length : 'size' in data ? data.size : data.byteLength;
    marks.push({ name: 'sent', atMs: performance.now(), bytes });
    send.call(this, data);
  };

  const { send: sendOver } = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function (data: string | Blob | ArrayBuffer | ArrayBufferView) {
    if (typeof data === 'string' && data.startsWith('{"type":"play"')) mark('play');
    sendOver.call(this, data as ArrayBufferView<ArrayBuffer>); // the last of the overloads that it passes on to
  };

  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('iceconnectionstatechange', () => {
        if (this.iceConnectionState === 'connected') mark('ice');
      });
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') mark('connected');
      });
      this.addEventListener('track', ({ track }) => track.addEventListener('unmute', () => mark('packet')));
    }
    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      if (description.type === 'answer') mark('answer');
      return super.setRemoteDescription(description);
    }
  };

  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(stream: MediaProvider | null) {
      source?.set?.call(this, stream);
      if (stream === null || !(this instanceof HTMLVideoElement)) return;
      this.requestVideoFrameCallback((_, { presentationTime }) => mark('frame', presentationTime));
    },
  });
}
