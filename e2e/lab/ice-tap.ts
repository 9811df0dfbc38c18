import type { Page } from '@playwright/test';
import type { IceServer } from '#shared/message-fields.ts';

declare global {
  /** What a page that is tapped has told its latest peer connection. */
  var latchkeyIce: { servers: IceServer[]; remoteCandidates: string[] };
}

/** Has a page note the ICE servers that it uses, and the candidates of the camera that it hears of; before it is opened. */
export async function tapIce(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.latchkeyIce = { servers: [], remoteCandidates: [] };
    const { setConfiguration } = RTCPeerConnection.prototype;
    // Of each the one form that is not deprecated.
    const setRemoteDescription: (description: RTCSessionDescriptionInit) => Promise<void> =
      RTCPeerConnection.prototype.setRemoteDescription;
    const addIceCandidate: (candidate: RTCIceCandidateInit) => Promise<void> =
      RTCPeerConnection.prototype.addIceCandidate;
    Object.assign(RTCPeerConnection.prototype, {
      setConfiguration(this: RTCPeerConnection, configuration: RTCConfiguration) {
        latchkeyIce.servers = configuration.iceServers as IceServer[]; // The page always gives lists of URLs.
        setConfiguration.call(this, configuration);
      },
      setRemoteDescription(this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
        latchkeyIce.remoteCandidates.push(...(description.sdp?.match(/candidate:.*/g) ?? []));
        return setRemoteDescription.call(this, description);
      },
      addIceCandidate(this: RTCPeerConnection, candidate: RTCIceCandidateInit) {
        latchkeyIce.remoteCandidates.push(candidate.candidate ?? '');
        return addIceCandidate.call(this, candidate);
      },
    });
  });
}

/** The credentials for TURN that the page has from its camera. @throws Error where it has none. */
export async function readTurnCredentials(
  page: Page,
): Promise<{ readonly username: string; readonly credential: string }> {
  const servers = await page.evaluate(() => latchkeyIce.servers);
  // The lab's dead server has a user without a number.
  const own = servers.find(({ username }) => /^\d+:/.test(username ?? ''));
  if (own?.username === undefined || own.credential === undefined)
    throw new Error('the page has no credentials');
  return { username: own.username, credential: own.credential };
}
