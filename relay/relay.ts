import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { encodeUtf8, parseUtf8 } from '#shared/bytes.ts';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { Identity } from '#shared/envelope.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import type { Scope } from '#shared/scope.ts';
import { AccessList } from './access/access-list.ts';
import { admit, type Moment } from './access/admission.ts';
import { LastSeen } from './access/last-seen.ts';
import { rootOf } from './access/lineage.ts';
import { ChannelServer } from './channels/channel-server.ts';
import { channelSpecs } from './channels/channel-specs.ts';
import type { Config } from './config.ts';
import { createRelayControl, type RelayControl } from './control/relay-control.ts';
import { createControlFeatures } from './control-features.ts';
import { Enforcement } from './lending/enforcement.ts';
import { Lending } from './lending/lending.ts';
import type { Presences } from './lending/list.ts';
import type { Light } from './light/light.ts';
import { WatchLight } from './light/watch-light.ts';
import type { Log } from './log.ts';
import { Claiming, type PairingDisplay } from './pairing/claiming.ts';
import { Confirmation } from './pairing/confirmation.ts';
import { Redeeming } from './pairing/redeeming.ts';
import { PRIVACY_FILE, PrivacySwitch } from './privacy/privacy-switch.ts';
import { createRequestRouter } from './request-router.ts';
import { limitsOf, usualSettings } from './settings/capture-values.ts';
import { SETTINGS_FILE, SettingsStore } from './settings/settings-store.ts';
import { Snapshots } from './snapshot/snapshots.ts';
import { NO_DEVICES } from './sound/no-devices.ts';
import { Sound } from './sound/sound.ts';
import type { SoundDevices } from './sound/sound-devices.ts';
import type { StateDirectory } from './storage/state-directory.ts';
import type { TrustedTime } from './time/trusted-time.ts';
import { IceServers } from './turn/ice-servers.ts';
import { Broadcast, type PictureSource } from './viewing/broadcast.ts';
import { LazyViewing } from './viewing/lazy-viewing.ts';
import { type Admission, Viewing, type ViewingOptions } from './viewing/viewing.ts';
import { WatchLog } from './watch-log/watch-log.ts';
import { createPacketizer } from './webrtc/packetizer.ts';
import type { Peer, PeerOptions } from './webrtc/peer.ts';

/** A broker answers in a fraction of it, and somebody looks at a picture that stands still. */
const SILENCE_PROBE_MS = 500;
/** Far enough apart that two starts of a camera hardly ever count the same. */
const MAX_FIRST_REVISION = 2 ** 31;

/** What a relay is made of; tests bring their own. */
export interface RelayParts {
  readonly config: Config;
  readonly state: Pick<StateDirectory, 'path' | 'open' | 'saveAccess' | 'reset'>;
  readonly rendezvous: Rendezvous;
  readonly source: PictureSource;
  /** Microphone, speaker and screen; none by default. */
  readonly sound?: SoundDevices;
  readonly display: PairingDisplay;
  readonly clock: Clock;
  /** Whether that clock may decide over a guest's time. */
  readonly time: TrustedTime;
  readonly log: Log;
  /** Shows that somebody has the picture; default none. */
  readonly light?: Light | null;
  /** Loads what makes the peers of viewers. Default: WebRTC. */
  readonly loadPeers?: (
    parts: RelayParts,
    iceServers: PeerOptions['iceServers'],
    /** The most that the camera makes, bits a second, as it is set just then. */
    maxBitrateBps: () => number,
  ) => Promise<() => Peer>;
}

/** A camera that is reachable. */
export interface Relay {
  /** The camera's name in the protocol. */
  readonly thumbprint: string;
  /** What the command line may ask of it. */
  readonly control: RelayControl;
  /** Says goodbye to viewers and rendezvous; idempotent. */
  close(): Promise<void>;
}

/**
 * Brings a camera up: its key and access list, the channels of its grants, its code while it has no owner.
 * @throws StorageError when the stored state cannot be trusted.
 */
export async function startRelay(parts: RelayParts): Promise<Relay> {
  const { state, rendezvous, clock, time, log } = parts;
  const { identity, access: stored } = await state.open();
  rendezvous.onStateChange((reached) => log.info('rendezvous', { state: reached }));
  const access = new AccessList(stored, (changed) => state.saveAccess(changed));
  const watchLog = await WatchLog.open({ directory: state.path, identity, clock, log });
  const privacy = await PrivacySwitch.open({ path: join(state.path, PRIVACY_FILE), clock, log });
  const settings = await SettingsStore.open({
    ...{ path: join(state.path, SETTINGS_FILE), usual: usualSettings(parts.config), clock, log },
  });
  const camera = assemble(parts, { identity, access, watchLog, privacy, settings });
  await camera.claiming.start();
  camera.enforcement.start();
  const stopWatchingTime = time.onChange(() => camera.enforcement.reconsider());
  await camera.viewing.loaded();
  const packets = () => camera.viewing.mediaPackets;
  const light = parts.light ? new WatchLight({ light: parts.light, packets, clock, log }) : null;
  return {
    thumbprint: identity.thumbprint,
    control: createRelayControl({
      ...{ access, rendezvous, clock, time, log, privacy },
      ...{ claiming: camera.claiming, presences: camera.presences },
      lightFault: () => light?.fault ?? null,
      health: camera.look,
      erase: async () => {
        await watchLog.close();
        await state.reset();
      },
      settled: () => camera.channels.settled(),
    }),
    async close() {
      stopWatchingTime();
      camera.claiming.close();
      camera.confirmation.close();
      camera.enforcement.close();
      await camera.viewing.close('shutdown');
      await light?.close();
      await watchLog.close();
      await camera.channels.shutdown();
      await rendezvous.close();
      await time.close();
    },
  };
}

/** What a camera remembers. */
interface KeptParts {
  readonly identity: Identity;
  readonly access: AccessList;
  readonly watchLog: WatchLog;
  readonly privacy: PrivacySwitch;
  readonly settings: SettingsStore;
}

/** Joins the parts of a camera: the only place that does. What asks for another part asks when it is needed, not before. */
function assemble(parts: RelayParts, { identity, access, watchLog, privacy, settings }: KeptParts) {
  const { config, state, rendezvous, source, display, clock, time, log } = parts;
  const cameraThumbprint = identity.thumbprint;
  const moment = (): Moment => ({ now: numericDateOf(clock), isTrusted: time.isTrusted });
  const rootOfGrant = (gid: string) => {
    const grant = access.find(gid);
    return grant ? rootOf(access.state, grant).gid : gid;
  };
  const admitToPicture = (gid: string, right: Scope): Admission => {
    const standing = admit(access.state, gid, right, moment());
    const isPrivate = standing.type === 'holds' && privacy.standing(moment()).isOff;
    return isPrivate ? { type: 'refused', code: 'private' } : standing;
  };
  const snapshots = new Snapshots({ ...{ source, clock }, admit: admitToPicture, rootOf: rootOfGrant });
  const lastSeen = new LastSeen();
  const watchingNames = () =>
    access.state.grants.filter(({ gid }) => viewing.countOf(gid) > 0).map(({ name }) => name);
  const iceServers = new IceServers(config.iceServers, config.turn);
  const viewing = new LazyViewing(
    loadViewing(parts, settings, () => iceServers.forCamera(moment().now), {
      admit: admitToPicture,
      takeSnapshot: (gid) => snapshots.take(gid),
      rootOf: rootOfGrant,
      witness: (gid) => {
        const grant = access.find(gid);
        return grant ? watchLog.started(grant) : () => undefined;
      },
      onEnvelope: (gid, envelope, answer) =>
        channels.accept({ kind: 'grant', entryId: gid }, encodeUtf8(envelope), (payload) =>
          answer(parseUtf8(payload)),
        ),
      onChange: () => {
        enforcement.announce();
        display.showWatching(watchingNames());
      },
      // A phone that cannot be reached may be trying to reach us, through a broker that we have lost as well.
      onSilence: () => void rendezvous.probe(SILENCE_PROBE_MS),
    }),
  );
  const channels = new ChannelServer({
    ...{ identity, rendezvous, clock, log },
    onRequest: (incoming) => route(incoming),
    onAnnounced: ({ kind, entryId }, payload) =>
      kind === 'grant' && viewing.deliver(entryId, parseUtf8(payload)),
    onHeard: ({ kind, entryId }) => kind === 'grant' && lastSeen.note(entryId, moment().now),
  });
  const enforcement = new Enforcement({
    ...{ access, channels, clock, log, moment },
    specs: (state, at, revision) => {
      const { isOff, until } = privacy.standing(at);
      return channelSpecs(state, claiming.invites, {
        ...{ moment: at, revision, cameraName: config.cameraName, watching: viewing.watching },
        iceServersFor: ({ gid }, terms) => iceServers.forGrant(gid, terms, at.now),
        ...(isOff ? { off: { until } } : {}),
      });
    },
    review: () => {
      viewing.review();
      if (privacy.standing(moment()).isOff) source.letGo?.();
    },
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
  const presences: Presences = {
    seen: (gid) => lastSeen.of(gid),
    watching: (gid) => viewing.countOf(gid),
    isConfirming: (id) => confirmation.isAsking(id),
  };
  const lending = new Lending({
    ...{ access, clock, moment, log, cameraThumbprint, presences, watchLog },
    revision: () => enforcement.revision,
  });
  privacy.onChange(() => enforcement.reconsider());
  const { look, ...features } = createControlFeatures({
    ...{ access, privacy, settings, source, viewing, moment, clock, log },
    ...{ stateDirectory: state.path, rootOf: rootOfGrant },
  });
  const route = createRequestRouter({ redeeming, lending, viewing, ...features });
  return { channels, claiming, confirmation, enforcement, presences, viewing, look };
}

/** WebRTC takes longer to load than all the rest, so it is loaded while the code is already on the display. */
async function loadViewing(
  parts: RelayParts,
  settings: SettingsStore,
  iceServers: PeerOptions['iceServers'],
  rules: Pick<
    ViewingOptions,
    'admit' | 'takeSnapshot' | 'rootOf' | 'witness' | 'onEnvelope' | 'onChange' | 'onSilence'
  >,
): Promise<Viewing> {
  const { config, source, sound: devices = NO_DEVICES, clock, log, loadPeers = loadWebRtc } = parts;
  const { isStandbyAllowed } = config;
  const sound = new Sound({ settings: config.sound, devices });
  const createPeer = await loadPeers(parts, iceServers, () => settings.values.max_bitrate);
  const limits = limitsOf(settings.values);
  source.setFullFormat?.(limits.format);
  const broadcast = { source, packetizer: createPacketizer(), clock, ...limits };
  return new Viewing({
    ...{ ...rules, isStandbyAllowed, sound, createPeer, clock, log },
    broadcast: new Broadcast(broadcast),
  });
}

async function loadWebRtc(
  { config, clock, log }: RelayParts,
  iceServers: PeerOptions['iceServers'],
  maxBitrateBps: () => number,
): Promise<() => Peer> {
  const { createDtlsCertificate } = await import('./webrtc/certificate.ts');
  const { createPeer } = await import('./webrtc/webrtc-peer.ts');
  const certificate = await createDtlsCertificate();
  const { iceTransportPolicy } = config;
  return () =>
    createPeer({
      ...{ certificate, iceServers, iceTransportPolicy, clock, log },
      maxBitrateBps: maxBitrateBps(),
    });
}
