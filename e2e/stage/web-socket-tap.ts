import type { Page } from '@playwright/test';
import { deriveChannel, type Lane } from '#shared/channel.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import type { MessageType } from '#shared/message.ts';
import { unseal } from './unsealed.ts';

/** MQTT 3.1.1 §2.2.1. */
const PUBLISH = 3;
/** The one text in a PUBLISH of ours with five parts; it stands at the end. */
const ENVELOPE = /eyJ[\w-]*\.\.[\w-]+\.[\w-]+\.[\w-]+$/;

/** What became of the messages to a page. */
export interface Tap {
  /** How many did not reach it. */
  readonly lost: number;
}

/**
 * Loses the first message of a type on its way to the page, as a network may. The test can tell it from the others,
 * which the broker cannot, because it knows the link.
 */
export async function loseFirst(page: Page, link: string, type: MessageType): Promise<Tap> {
  const { secret, camera } = parseInviteLink(link);
  const { down } = await deriveChannel(secret, camera);
  const tap = { lost: 0 };
  await page.routeWebSocket(/\/mqtt$/, (socket) => {
    const server = socket.connectToServer();
    let queue = Promise.resolve();
    server.onMessage((data) => {
      queue = queue.then(async () => {
        if (tap.lost === 0 && (await typeOf(Buffer.from(data), down)) === type) tap.lost += 1;
        else socket.send(data);
      });
    });
  });
  return tap;
}

/** The type of the message in an MQTT packet; null where there is none that this lane's key opens. */
async function typeOf(packet: Buffer, lane: Lane): Promise<string | null> {
  if ((packet[0] ?? 0) >> 4 !== PUBLISH) return null;
  const envelope = ENVELOPE.exec(packet.toString('latin1'))?.[0] ?? '';
  return (await unseal(envelope, lane.key))?.message.type ?? null;
}
