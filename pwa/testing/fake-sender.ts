import { encodeUtf8, parseUtf8 } from '#shared/bytes.ts';
import { encodeControlMessage, parseControlMessage } from '#shared/control-message.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { CameraChannel, FakeCamera, RequestOf } from './fake-camera.ts';

/** The sending half of a fake camera: real peer connections with a moving picture from a canvas. */
export class FakeSender {
  readonly #camera: FakeCamera;
  readonly #connections = new Map<string, RTCPeerConnection>();
  readonly #candidates = new Map<string, string>();
  readonly #painting: ReturnType<typeof setInterval>;
  readonly #track: MediaStreamTrack;
  /** Data channels by session. */
  readonly controls = new Map<string, RTCDataChannel>();
  /** Offers answered so far: session ids, and what was sent. */
  readonly offers: {
    readonly sid: string;
    readonly sdp: string;
    readonly rq: string;
    readonly standby?: boolean | undefined;
  }[] = [];
  /** What it answers the wish for a picture over the control channel with; null grants it. */
  playRefusal: Refusal | null = null;
  /** Sessions whose control channel it does not listen to. */
  isDeaf = false;
  readonly answers: string[] = [];
  /** How often a picture was asked for over the control channel. */
  plays = 0;
  /** Changes the answer on its way. */
  mend: ((sdp: string) => string) | null = null;

  constructor(camera: FakeCamera) {
    this.#camera = camera;
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    let hue = 0;
    this.#painting = setInterval(() => {
      hue = (hue + 7) % 360;
      if (context === null) return;
      context.fillStyle = `hsl(${hue} 80% 50%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }, 33);
    const [track] = canvas.captureStream(30).getVideoTracks();
    if (track === undefined) throw new Error('a canvas has a track');
    this.#track = track;
    camera.onOffer = (channel, request) => this.answer(channel, request);
    camera.onCandidate = ({ sid, candidate }) => void this.#add(sid, candidate);
  }

  /** Answers an offer; one of a known session renegotiates it. */
  async answer(channel: CameraChannel, { body, hash: rq }: RequestOf<'offer'>): Promise<void> {
    const { sid, sdp, standby } = body;
    this.offers.push({ sid, sdp, rq, standby });
    this.#candidates.set(sid, rq);
    const connection = this.#connections.get(sid) ?? this.#create(channel, sid);
    await connection.setRemoteDescription({ type: 'offer', sdp });
    // Sound and the phone's own picture have sections of their own, in which nothing comes.
    const [picture] = connection.getTransceivers();
    if (picture) picture.direction = 'sendonly';
    await picture?.sender.replaceTrack(standby ? null : this.#track);
    // The second copy of an offer may find the session over.
    if (connection.signalingState === 'closed') return;
    await connection.setLocalDescription();
    const answer = connection.localDescription?.sdp ?? '';
    const mended = this.mend?.(answer) ?? answer;
    this.answers.push(mended);
    await this.#camera.send(channel, { type: 'answer', body: { rq, sid, sdp: mended } });
  }

  /** Stops or restarts the frames of every session; the paths stay. */
  async setPicture(isMoving: boolean): Promise<void> {
    for (const connection of this.#connections.values()) {
      const [picture] = connection.getTransceivers();
      await picture?.sender.replaceTrack(isMoving ? this.#track : null);
    }
  }

  close(): void {
    clearInterval(this.#painting);
    this.#track.stop();
    for (const connection of this.#connections.values()) connection.close();
  }

  #create(channel: CameraChannel, sid: string): RTCPeerConnection {
    const connection = new RTCPeerConnection();
    this.#connections.set(sid, connection);
    connection.addEventListener('datachannel', ({ channel: control }) => this.#adopt(channel, sid, control));
    connection.addEventListener('icecandidate', ({ candidate }) => {
      const rq = this.#candidates.get(sid) ?? '';
      if (!candidate?.candidate) return;
      const body = { rq, sid, candidate: candidate.candidate };
      void this.#camera.send(channel, { type: 'answer-candidate', body });
    });
    return connection;
  }

  /** An envelope that comes over a session is answered over it. */
  #adopt(channel: CameraChannel, sid: string, control: RTCDataChannel): void {
    this.controls.set(sid, control);
    control.addEventListener('message', ({ data }) => {
      const message = parseControlMessage(data);
      if (this.isDeaf) return;
      if (message.type === 'ping') control.send(encodeControlMessage({ ...message, type: 'pong' }));
      if (message.type === 'play') this.#play(sid, control);
      if (message.type !== 'envelope') return;
      const deliver = (payload: Uint8Array) => deliverOver(control, payload);
      void this.#camera.receive({ ...channel, deliver }, encodeUtf8(message.envelope));
    });
  }

  #play(sid: string, control: RTCDataChannel): void {
    this.plays += 1;
    if (this.playRefusal !== null) {
      control.send(encodeControlMessage({ type: 'refused', code: this.playRefusal }));
      return;
    }
    const [picture] = this.#connections.get(sid)?.getTransceivers() ?? [];
    void picture?.sender.replaceTrack(this.#track);
  }

  async #add(sid: string, candidate: string): Promise<void> {
    await this.#connections.get(sid)?.addIceCandidate({ candidate, sdpMid: '0' });
  }
}

/** Hands a phone an envelope over a session. */
export function deliverOver(control: RTCDataChannel, payload: Uint8Array): void {
  control.send(encodeControlMessage({ type: 'envelope', envelope: parseUtf8(payload) }));
}
