import type { BrowserContext, Page } from '@playwright/test';
import { openUdpCrossing, type UdpCrossing, type UdpTarget, type Ways } from './udp-link.ts';

/** More candidates than a camera with a few addresses has. */
const CROSSINGS = 8;

declare global {
  /** Ports that stand in for those of the next answer's candidates. */
  var latchkeyPorts: number[];
  /** Says which candidate a port stands for. */
  function latchkeyAim(port: number, target: UdpTarget): Promise<void>;
}

/** Leads the media of a page, or of every page of a context, over paths of these ways. */
export class PageLink implements Disposable {
  readonly #ways: Ways;
  #crossings: UdpCrossing[] = [];

  private constructor(ways: Ways) {
    this.#ways = ways;
  }

  static async open(place: BrowserContext | Page, ways: Ways): Promise<PageLink> {
    const link = new PageLink(ways);
    await place.exposeFunction('latchkeyAim', (port: number, target: UdpTarget) => link.#aim(port, target));
    await place.addInitScript(rewriteAnswers);
    return link;
  }

  /** Fresh paths for the next connection of `page`. */
  async renew(page: Page): Promise<void> {
    this.#close();
    this.#crossings = await Promise.all(Array.from({ length: CROSSINGS }, () => openUdpCrossing(this.#ways)));
    const ports = this.#crossings.map(({ port }) => port);
    await page.evaluate((all) => {
      globalThis.latchkeyPorts = all;
    }, ports);
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #aim(port: number, target: UdpTarget): void {
    this.#crossings.find((crossing) => crossing.port === port)?.aim(target);
  }

  #close(): void {
    for (const crossing of this.#crossings.splice(0)) crossing.close();
  }
}

/**
 * Runs in a page before its own scripts: puts a path's port in place of that of each UDP candidate over IPv4, and drops
 * the others. A page that has no ports goes straight.
 */
function rewriteAnswers(): void {
  const setRemoteDescription: (
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ) => Promise<void> = RTCPeerConnection.prototype.setRemoteDescription;
  const rewrite = (line: string): string[] => {
    const [foundation, component, transport, priority, host = '', port, ...rest] = line.split(' ');
    const stand =
      host.includes('.') && transport?.toLowerCase() === 'udp' ? latchkeyPorts.shift() : undefined;
    if (stand === undefined) return [];
    void latchkeyAim(stand, { host, port: Number(port) });
    return [[foundation, component, transport, priority, host, stand, ...rest].join(' ')];
  };
  RTCPeerConnection.prototype.setRemoteDescription = function (description: RTCSessionDescriptionInit) {
    if (!('latchkeyPorts' in globalThis)) return setRemoteDescription.call(this, description);
    const lines = (description.sdp ?? '').split('\r\n');
    const sdp = lines
      .flatMap((line) => (line.startsWith('a=candidate:') ? rewrite(line) : [line]))
      .join('\r\n');
    return setRemoteDescription.call(this, { type: description.type, sdp });
  };
}
