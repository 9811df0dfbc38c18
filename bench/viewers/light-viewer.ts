import type { PhoneChannel } from '../../relay/testing/phone-channel.ts';
import { TestPhone } from '../../relay/testing/test-phone.ts';
import { createViewer, nextEvent } from '../../relay/webrtc/testing/viewer.ts';
import type { RtcpPacket } from '../../relay/webrtc/werift.ts';
import type { PacketCounter } from './packet-counter.ts';
import { encodeRemb } from './remb.ts';

/** A browser reports about once a second. */
const REPORT_MS = 1_000;
/** More than any bench asks for, so that the camera's own ceiling decides. */
const ESTIMATE_BPS = 20_000_000;

/** One who watches without looking: connects and reports as a phone does, and counts datagrams instead of decoding. */
export async function watch(channel: PhoneChannel, counter: PacketCounter): Promise<() => Promise<void>> {
  const viewer = createViewer();
  const { connection } = viewer;
  const sid = TestPhone.sessionId();
  const sdp = await viewer.offer();
  const { hash } = await channel.send({ type: 'offer', body: { nonce: channel.nonce, sid, sdp } });
  const answer = await channel.answerTo(hash);
  if (answer.type !== 'answer') throw new Error(`the camera answered ${JSON.stringify(answer)}`);
  countInsteadOfDecrypting(viewer, counter);
  await connection.setRemoteDescription({ type: 'answer', sdp: answer.body.sdp });
  if (connection.connectionState !== 'connected') {
    await nextEvent(
      (listener: (state: string) => void) => connection.connectionStateChange.subscribe(listener).unSubscribe,
      (state) => state === 'connected',
    );
  }
  const stopReports = report(viewer, answer.body.sdp);
  return async () => {
    stopReports();
    await viewer.close();
  };
}

/** Half of what a viewer in Node costs is decryption, and none of it is the relay's. */
function countInsteadOfDecrypting(
  { connection }: ReturnType<typeof createViewer>,
  counter: PacketCounter,
): void {
  for (const transport of connection.dtlsTransports) {
    transport.startSrtp = () => {
      transport.srtpStarted = true;
      transport.updateSrtpSession();
      transport.iceTransport.connection.onData.subscribe((datagram) => counter.count(datagram));
    };
  }
}

function report({ connection }: ReturnType<typeof createViewer>, answerSdp: string): () => void {
  const ssrcs = [...answerSdp.matchAll(/^a=ssrc:(\d+) cname/gm)].map((match) => Number(match[1]));
  const remb = { serialize: () => encodeRemb(ESTIMATE_BPS, ssrcs) };
  const send = () => {
    // The transport writes whatever can serialize itself; the library's own REMB type is not among what we import.
    for (const transport of connection.dtlsTransports) void transport.sendRtcp([remb as RtcpPacket]);
  };
  send();
  const timer = setInterval(send, REPORT_MS);
  return () => clearInterval(timer);
}
