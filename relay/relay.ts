import type { Rendezvous } from '#shared/rendezvous.ts';
import { AccessList } from './access/access-list.ts';
import type { Grant } from './access/grant.ts';
import { ChannelServer, type ChannelSpec } from './channels/channel-server.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { errorCode, type Log } from './log.ts';
import { Claiming, type PairingDisplay } from './pairing/claiming.ts';
import type { StateDirectory } from './storage/state-directory.ts';
import { Broadcast, type PictureSource } from './viewing/broadcast.ts';
import { Viewing } from './viewing/viewing.ts';
import { createDtlsCertificate } from './webrtc/certificate.ts';
import { createPacketizer } from './webrtc/packetizer.ts';
import { createPeer } from './webrtc/peer.ts';

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
  /** How many watch. */
  readonly viewers: () => number;
  /** Says goodbye to viewers and rendezvous; idempotent. */
  close(): Promise<void>;
}

/**
 * Brings a camera up: its key and access list, the channels of its grants, its code while it has no owner.
 * @throws StorageError when the stored state cannot be trusted.
 */
export async function startRelay(parts: RelayParts): Promise<Relay> {
  const { config, state, rendezvous, source, display, clock, log } = parts;
  const { identity, grants } = await state.open();
  const certificate = await createDtlsCertificate();
  const access = new AccessList(grants, (changed) => state.saveGrants(changed));
  const { maxBitrateBps } = config;
  const broadcast = new Broadcast({ source, packetizer: createPacketizer(), maxBitrateBps });
  const viewing = new Viewing({
    access,
    broadcast,
    createPeer: () => createPeer({ certificate, iceServers: config.iceServers, clock, log }),
    clock,
    log,
  });
  const channels: ChannelServer = new ChannelServer({
    identity,
    rendezvous,
    clock,
    log,
    onRequest: (incoming) =>
      claiming.owns(incoming.channelId) ? claiming.handle(incoming) : viewing.handle(incoming),
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
  for (const grant of grants) {
    openGrant(grant).catch((error: unknown) => log.warn('channel not opened', { code: errorCode(error) }));
  }
  claiming.start();
  return {
    thumbprint: identity.thumbprint,
    viewers: () => viewing.size,
    async close() {
      claiming.close();
      viewing.close('shutdown');
      await channels.shutdown();
      await rendezvous.close();
    },
  };
}

function channelOf(grant: Grant, config: Config): ChannelSpec {
  return {
    id: grant.gid,
    secret: grant.psk,
    sender: { type: 'known', jwk: grant.jwk },
    holder: grant.jkt,
    name: config.cameraName,
    iceServers: config.iceServers.map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
  };
}
