import { readdirSync, readlinkSync } from 'node:fs';

/** What a process holds, as only it can tell; bytes, after collecting garbage. */
export interface Insides {
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  /** What keeps it alive, by kind: timers, sockets (`process.getActiveResourcesInfo`). */
  readonly resources: Readonly<Record<string, number>>;
}

/** Open files of a process, and how many of them are sockets. */
export function countDescriptors(pid: number): { readonly open: number; readonly sockets: number } {
  const directory = `/proc/${pid}/fd`;
  const targets = readdirSync(directory).flatMap((name) => {
    try {
      return [readlinkSync(`${directory}/${name}`)];
    } catch {
      return []; // Closed meanwhile.
    }
  });
  return { open: targets.length, sockets: targets.filter((target) => target.startsWith('socket:')).length };
}
