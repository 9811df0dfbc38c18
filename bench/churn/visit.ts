import { encodeControlMessage } from '#shared/control-message.ts';
import type { PhoneChannel } from '../../relay/testing/phone-channel.ts';
import { TestPhone } from '../../relay/testing/test-phone.ts';
import { createViewer, nextEvent, type Viewer } from '../../relay/webrtc/testing/viewer.ts';

/** How a visit goes. */
export type Way =
  /** A picture, then the connection is closed as a browser closes it: SCTP and DTLS say so. */
  | 'closed'
  /** A picture, then a word over the data channel. */
  | 'bye'
  /** A picture, then a word over the rendezvous. */
  | 'left'
  /** A picture and a ping, and nothing more is ever heard. */
  | 'vanished'
  /** A path, but the handshake upon it stops in the middle. */
  | 'half-way'
  /** The answer is never taken up. */
  | 'unanswered'
  /** A connection is made ready, and closed without a picture. */
  | 'standby';

/** The ways of a hundred visits, the slow ones first: while the others come and go their time runs out. */
export const WAYS: readonly Way[] = [
  ...repeat('vanished', 15),
  ...repeat('half-way', 10),
  ...repeat('unanswered', 10),
  ...repeat('bye', 20),
  ...repeat('left', 20),
  ...repeat('standby', 10),
  ...repeat('closed', 15),
];

/** Of these nothing is heard at their end. */
const SILENT: readonly Way[] = ['vanished', 'half-way', 'unanswered'];

/** However loaded the machine. */
const LIMIT_MS = 30_000;

/**
 * Comes to look, and ends in this way.
 * @throws Error when there was no answer or no picture.
 */
export async function visit(channel: PhoneChannel, way: Way): Promise<void> {
  const viewer = createViewer();
  const silence = silencerOf(viewer);
  try {
    await Promise.race([look(channel, viewer, way), outOfTime(way)]);
  } finally {
    if (SILENT.includes(way)) silence();
    await viewer.close();
  }
}

async function look(channel: PhoneChannel, viewer: Viewer, way: Way): Promise<void> {
  const { connection, control } = viewer;
  const picture = wholePicture(viewer);
  const sid = TestPhone.sessionId();
  const sdp = await viewer.offer();
  const standby = way === 'standby' ? { standby: true as const } : {};
  const { hash } = await channel.send({
    type: 'offer',
    body: { nonce: channel.nonce, sid, sdp, ...standby },
  });
  const answer = await channel.answerTo(hash);
  if (answer.type !== 'answer') throw new Error(`the camera answered ${JSON.stringify(answer)}`);
  if (way === 'unanswered') return;
  await connection.setRemoteDescription({ type: 'answer', sdp: answer.body.sdp });
  if (way === 'half-way') {
    await handshakeBegun(viewer);
    return;
  }
  if (way !== 'standby') await picture;
  if (control.readyState !== 'open')
    await nextEvent(listenTo(control.stateChanged), (state) => state === 'open');
  if (way === 'vanished') control.send(encodeControlMessage({ type: 'ping', id: 1 }));
  if (way === 'bye') control.send(encodeControlMessage({ type: 'bye', reason: 'left' }));
  if (way === 'left') await channel.send({ type: 'leave', body: { nonce: channel.nonce, sid } });
}

/** Resolves with the last packet of the first picture (RFC 6184 §5.1). */
function wholePicture({ packets }: Viewer): Promise<unknown> {
  return nextEvent(packets.on, ({ header }) => header.marker);
}

function handshakeBegun({ connection }: Viewer): Promise<unknown> {
  const [transport] = connection.dtlsTransports;
  if (!transport) throw new Error('there is nothing to shake hands over');
  return nextEvent(listenTo(transport.onStateChange), (state) => state === 'connecting');
}

/** From then on nothing leaves the viewer, whatever it would say as it closes. */
function silencerOf({ connection }: Viewer): () => void {
  return () => {
    for (const { connection: ice } of connection.iceTransports) ice.send = async () => undefined;
  };
}

/** An event of the stock library as a function to subscribe with. */
function listenTo<T>(event: { subscribe(listener: (value: T) => void): { unSubscribe(): void } }) {
  return (listener: (value: T) => void) => event.subscribe(listener).unSubscribe;
}

async function outOfTime(way: Way): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, LIMIT_MS).unref());
  throw new Error(`a visit that was to be ${way} took too long`);
}

function repeat(way: Way, times: number): Way[] {
  return Array.from({ length: times }, () => way);
}
