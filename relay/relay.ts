import type { Clock } from '#shared/clock.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { AccessList } from './access/access-list.ts';
import type { Grant } from './access/grant.ts';
import { ChannelServer, type ChannelSpec } from './channels/channel-server.ts';
import type { Config } from './config.ts';
import { errorCode, type Log } from './log.ts';
import { Claiming, type PairingDisplay } from './pairing/claiming.ts';
import type { StateDirectory } from './storage/state-directory.ts';
import { Broadcast, type PictureSource } from './viewing/broadcast.ts';
import { Viewing } from './viewing/viewing.ts';
import { createPacketizer } from './webrtc/packetizer.ts';

/** What a relay is made of; tests bring their own. */
export interface RelayParts {
  readonly config: Config;
  readonly state: StateDirectory;
  readonly rendezvous: Rendezvous;
  readonly source: PictureSource;
  readonly display: PairingDisplay;
  readonly clock: Clock;
  readonly log: Log;
}

/** A camera that is reachable. */
export interface Relay {
  /** The camera's name in the protocol. */
  readonly thumbprint: string;
  /** Says goodbye to viewers and rendezvous; idempotent. */
  close(): Promise<void>;
}

/**
 * Brings a camera up: its key and access list, the channels of its grants, its code while it has no owner.
 * @throws StorageError when the stored state cannot be trusted.
 */
export async function startRelay(parts: RelayParts): Promise<Relay> {
  const { config, state, rendezvous, display, clock, log } = parts;
  const { identity, grants } = await state.open();
  rendezvous.onStateChange((reached) => log.info('rendezvous', { state: reached }));
  const access = new AccessList(grants, (changed) => state.saveGrants(changed));
  const channels: ChannelServer = new ChannelServer({
    identity,
    rendezvous,
    clock,
    log,
    onRequest: async (incoming) =>
      claiming.owns(incoming.channelId) ? claiming.handle(incoming) : (await viewing).handle(incoming),
  });
  const openGrant = (grant: Grant) => channels.open(channelOf(grant, config));
  const claiming = new Claiming({
    cameraThumbprint: identity.thumbprint,
    cameraName: config.cameraName,
    pageUrl: config.pageUrl,
    rendezvousUrl: config.linkRendezvousUrl,
    access,
    channels,
    display,
    clock,
    log,
    onGranted: openGrant,
  });
  claiming.start();
  const viewing = startViewing(parts, access);
  for (const grant of grants) {
    openGrant(grant).catch((error: unknown) => log.warn('channel not opened', { code: errorCode(error) }));
  }
  await viewing;
  return {
    thumbprint: identity.thumbprint,
    async close() {
      claiming.close();
      (await viewing).close('shutdown');
      await channels.shutdown();
      await rendezvous.close();
    },
  };
}

/** WebRTC takes longer to load than all the rest, so it is loaded while the code is already on the display. */
async function startViewing(
  { config, source, clock, log }: RelayParts,
  access: AccessList,
): Promise<Viewing> {
  const { createDtlsCertificate } = await import('./webrtc/certificate.ts');
  const { createPeer } = await import('./webrtc/peer.ts');
  const certificate = await createDtlsCertificate();
  const { iceServers, maxBitrateBps, format } = config;
  return new Viewing({
    access,
    broadcast: new Broadcast({ source, packetizer: createPacketizer(), maxBitrateBps, format, clock }),
    createPeer: () => createPeer({ certificate, iceServers, maxBitrateBps, clock, log }),
    clock,
    log,
  });
}

function channelOf(grant: Grant, config: Config): ChannelSpec {
  return {
    id: grant.gid,
    secret: grant.psk,
    sender: { type: 'known', jwk: grant.jwk },
    holder: grant.jkt,
    name: config.cameraName,
    iceServers: config.iceServers,
  };
}
