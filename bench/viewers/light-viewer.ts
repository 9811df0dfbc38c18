import type { PhoneChannel } from '../../relay/testing/phone-channel.ts';
import { TestPhone } from '../../relay/testing/test-phone.ts';
import { encodeTransportFeedback } from '../../relay/webrtc/congestion/transport-feedback.ts';
import { createViewer, nextEvent, type Viewer } from '../../relay/webrtc/testing/viewer.ts';
import type { RtcpPacket } from '../../relay/webrtc/werift.ts';
import { ArrivalReports, offerReports } from './arrival-reports.ts';
import { isMedia, type PacketCounter } from './packet-counter.ts';

/** Chromium's least interval, which it has at these rates. */
const REPORT_MS = 50;

/** One who watches without looking: connects and reports as a phone does, and counts datagrams instead of decoding. */
export async function watch(channel: PhoneChannel, counter: PacketCounter): Promise<() => Promise<void>> {
  const viewer = createViewer();
  viewer.editOffer = offerReports;
  const { connection } = viewer;
  const sid = TestPhone.sessionId();
  const sdp = await viewer.offer();
  const { hash } = await channel.send({ type: 'offer', body: { nonce: channel.nonce, sid, sdp } });
  const answer = await channel.answerTo(hash);
  if (answer.type !== 'answer') throw new Error(`the camera answered ${JSON.stringify(answer)}`);
  const reports = new ArrivalReports();
  takeInsteadOfDecrypting(viewer, (datagram) => {
    counter.count(datagram);
    reports.note(datagram, performance.now());
  });
  await connection.setRemoteDescription({ type: 'answer', sdp: answer.body.sdp });
  if (connection.connectionState !== 'connected') {
    await nextEvent(
      (listener: (state: string) => void) => connection.connectionStateChange.subscribe(listener).unSubscribe,
      (state) => state === 'connected',
    );
  }
  const timer = setInterval(() => report(viewer, reports), REPORT_MS);
  return async () => {
    clearInterval(timer);
    await viewer.close();
  };
}

/** Half of what a viewer in Node costs is decryption, and none of it is the relay's. */
function takeInsteadOfDecrypting({ connection }: Viewer, take: (datagram: Buffer) => void): void {
  for (const transport of connection.dtlsTransports) {
    transport.startSrtp = () => {
      transport.srtpStarted = true;
      transport.updateSrtpSession();
      transport.iceTransport.connection.onData.subscribe((datagram) => {
        if (isMedia(datagram)) take(datagram);
      });
    };
  }
}

function report({ connection }: Viewer, reports: ArrivalReports): void {
  const feedback = reports.take();
  if (!feedback) return;
  const packet = { serialize: () => encodeTransportFeedback(feedback, { senderSsrc: 1, mediaSsrc: 1 }) };
  // The transport writes whatever can serialize itself.
  for (const transport of connection.dtlsTransports) void transport.sendRtcp([packet as RtcpPacket]);
}
