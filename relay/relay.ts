import { randomInt } from 'node:crypto';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { Identity } from '#shared/envelope.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { AccessList } from './access/access-list.ts';
import { admit, type Moment } from './access/admission.ts';
import { LastSeen } from './access/last-seen.ts';
import { ChannelServer } from './channels/channel-server.ts';
import { channelSpecs } from './channels/channel-specs.ts';
import type { Config } from './config.ts';
import { Enforcement } from './lending/enforcement.ts';
import { Lending, type WatchLogReader } from './lending/lending.ts';
import type { Log } from './log.ts';
import { Claiming, type PairingDisplay } from './pairing/claiming.ts';
import { Confirmation } from './pairing/confirmation.ts';
import { Redeeming } from './pairing/redeeming.ts';
import { createRequestRouter } from './request-router.ts';
import type { StateDirectory } from './storage/state-directory.ts';
import { Broadcast, type PictureSource } from './viewing/broadcast.ts';
import { LazyViewing } from './viewing/lazy-viewing.ts';
import { Viewing, type ViewingOptions, type Witness } from './viewing/viewing.ts';
import { createPacketizer } from './webrtc/packetizer.ts';
import type { Peer } from './webrtc/peer.ts';

/** Far enough apart that two starts of a camera hardly ever count the same. */
const MAX_FIRST_REVISION = 2 ** 31;

/** What a relay is made of; tests bring their own. */
export interface RelayParts {
  readonly config: Config;
  readonly state: Pick<StateDirectory, 'open' | 'saveAccess'>;
  readonly rendezvous: Rendezvous;
  readonly source: PictureSource;
  readonly display: PairingDisplay;
  readonly clock: Clock;
  readonly log: Log;
  /** Loads what makes the peers of viewers. Default: WebRTC. */
  readonly loadPeers?: (parts: RelayParts) => Promise<() => Peer>;
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
  const { state, rendezvous, log } = parts;
  const { identity, access: stored } = await state.open();
  rendezvous.onStateChange((reached) => log.info('rendezvous', { state: reached }));
  const access = new AccessList(stored, (changed) => state.saveAccess(changed));
  const camera = assemble(parts, identity, access);
  await camera.claiming.start();
  camera.enforcement.start();
  await camera.viewing.loaded();
  return {
    thumbprint: identity.thumbprint,
    async close() {
      camera.claiming.close();
      camera.confirmation.close();
      camera.enforcement.close();
      await camera.viewing.close('shutdown');
      await camera.channels.shutdown();
      await rendezvous.close();
    },
  };
}

/** Joins the parts of a camera: the only place that does. What asks for another part asks when it is needed, not before. */
function assemble(parts: RelayParts, identity: Identity, access: AccessList) {
  const { config, rendezvous, display, clock, log } = parts;
  const cameraThumbprint = identity.thumbprint;
  const moment = (): Moment => ({ now: numericDateOf(clock), isTrusted: true });
  const lastSeen = new LastSeen();
  const viewing = new LazyViewing(
    loadViewing(parts, {
      admit: (gid, right) => admit(access.state, gid, right, moment()),
      witness: NO_WITNESS,
      onChange: () => enforcement.announce(),
    }),
  );
  const channels = new ChannelServer({
    ...{ identity, rendezvous, clock, log },
    onRequest: (incoming) => route(incoming),
    onHeard: ({ kind, entryId }) => kind === 'grant' && lastSeen.note(entryId, moment().now),
  });
  const enforcement = new Enforcement({
    ...{ access, channels, clock, log, moment },
    specs: (state, at, revision) =>
      channelSpecs(state, claiming.invites, {
        ...{ moment: at, revision, cameraName: config.cameraName },
        iceServersFor: () => config.iceServers,
      }),
    review: () => viewing.review(),
    firstRevision: randomInt(MAX_FIRST_REVISION),
  });
  const claiming = new Claiming({
    ...{ access, display, clock, log, cameraThumbprint },
    ...{ pageUrl: config.pageUrl, rendezvousUrl: config.linkRendezvousUrl },
    onChange: () => enforcement.reconsider(),
  });
  const confirmation = new Confirmation({
    clock,
    show: (device, code) => display.showConfirmation(device, code),
    onChange: () => enforcement.announce(),
  });
  const redeeming = new Redeeming({
    ...{ access, claiming, confirmation, display, log, moment, cameraName: config.cameraName },
    onGranted: (gid) => channels.settled({ kind: 'grant', entryId: gid }),
  });
  const lending = new Lending({
    ...{ access, moment, log, cameraThumbprint, watchLog: NO_LOG },
    presences: {
      seen: (gid) => lastSeen.of(gid),
      watching: (gid) => viewing.countOf(gid),
      isConfirming: (id) => confirmation.isAsking(id),
    },
    revision: () => enforcement.revision,
  });
  const route = createRequestRouter({ redeeming, lending, viewing });
  return { channels, claiming, confirmation, enforcement, viewing };
}

const NO_LOG: WatchLogReader = { read: async () => ({ lines: [], hasMore: false }) };
const NO_WITNESS: Witness = { started: () => undefined, ended: () => undefined };

/** WebRTC takes longer to load than all the rest, so it is loaded while the code is already on the display. */
async function loadViewing(
  parts: RelayParts,
  rules: Pick<ViewingOptions, 'admit' | 'witness' | 'onChange'>,
): Promise<Viewing> {
  const { config, source, clock, log, loadPeers = loadWebRtc } = parts;
  const broadcast = { source, packetizer: createPacketizer(), maxBitrateBps: config.maxBitrateBps };
  const createPeer = await loadPeers(parts);
  return new Viewing({ ...rules, broadcast: new Broadcast(broadcast), createPeer, clock, log });
}

async function loadWebRtc({ config, clock, log }: RelayParts): Promise<() => Peer> {
  const { createDtlsCertificate } = await import('./webrtc/certificate.ts');
  const { createPeer } = await import('./webrtc/peer.ts');
  const certificate = await createDtlsCertificate();
  const { iceServers } = config;
  return () => createPeer({ certificate, iceServers, clock, log });
}
