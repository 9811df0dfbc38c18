// Run inside a namespace of the lab: asks a TURN server for an allocation and for leave to talk to others, and prints its
// answers as JSON. `turn-client.ts` starts it.
import type { Message } from '../../relay/webrtc/werift.ts';
import { TurnProtocol, UdpTransport } from '../../relay/webrtc/werift.ts';
import type { TurnAnswers, TurnQuestions } from './turn-client.ts';

const LIFETIME_S = 600;
/** STUN's own numbers for what went well. */
const ACCEPTED = 'accepted';

const { server, username, credential, peers }: TurnQuestions = JSON.parse(process.argv[2] ?? '');
const transport = await UdpTransport.init('udp4');
const turn = new TurnProtocol([server, 3478], username, credential, LIFETIME_S, transport as never);
const allocation = await codeOf(turn.connectionMade());
const answers: TurnAnswers = { allocation, permissions: allocation === ACCEPTED ? await askForAll() : {} };
console.log(JSON.stringify(answers));
await turn.close();

async function askForAll(): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const peer of peers) all[peer] = await codeOf(turn.getPermission([peer, 9]));
  return all;
}

/** `accepted`, or the ERROR-CODE of the refusal (RFC 8489 §14.8). */
async function codeOf(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return ACCEPTED;
  } catch (error) {
    const response = error instanceof Error && 'response' in error ? (error.response as Message) : null;
    if (response === null) throw error;
    return String(response.getAttributeValue('ERROR-CODE')[0]);
  }
}
