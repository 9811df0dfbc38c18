import { afterEach, describe, expect, it } from 'vitest';
import { createViewer } from './testing/viewer.ts';
import {
  Candidate,
  ReceiverEstimatedMaxBitrate,
  RTCIceGatherer,
  RTCPeerConnection,
  RtcpPayloadSpecificFeedback,
  RtpRouter,
} from './werift.ts';

// What we do otherwise because stock werift does it so: when one of these fails, a mend may go.
// Those with a mend of their own stand beside it, in mends/.

let connections: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  connections = [];
});

function opened<T extends { close(): Promise<void> }>(connection: T): T {
  connections.push(connection);
  return connection;
}

describe('stock werift', () => {
  it('answers as the slower DTLS client', async () => {
    const offer = await opened(createViewer()).offer();
    const stock = opened(new RTCPeerConnection({ iceUseIpv6: false }));
    await stock.setRemoteDescription({ type: 'offer', sdp: offer });
    expect((await stock.createAnswer()).sdp).toContain('a=setup:active');
  });

  it('hears a REMB only by the stream that stands first', () => {
    const router = new RtpRouter();
    let heard = 0;
    Object.assign(router, { ssrcTable: { 10: { handleRtcpPacket: () => heard++ } } });
    const remb = (ssrcFeedbacks: number[]) =>
      new RtcpPayloadSpecificFeedback({ feedback: new ReceiverEstimatedMaxBitrate({ ssrcFeedbacks }) });
    router.routeRtcp(remb([10, 11]));
    expect(heard).toBe(1);
    router.routeRtcp(remb([11, 10]));
    expect(heard).toBe(1);
  });

  it('has ICE passwords of 88 bits', () => {
    expect(new RTCIceGatherer().localParameters.password).toMatch(/^[0-9a-f]{22}$/u);
  });

  it('looks up a .local name on the network', async () => {
    const stock = opened(new RTCPeerConnection({ iceUseIpv6: false }));
    stock.createDataChannel('any');
    const [transport] = stock.iceTransports;
    const candidate = new Candidate('1', 1, 'udp', 1, 'phone.local', 4000, 'host');
    void transport?.connection.addRemoteCandidate(candidate);
    expect(transport?.connection.lookup).toBeDefined();
  });
});
