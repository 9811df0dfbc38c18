import { readdir, readFile, readlink } from 'node:fs/promises';
import { familyOf } from './process-tree.ts';

/** The sockets by which a process, or a child of it, can be reached. */
export interface OpenSockets {
  readonly listeningTcp: number;
  readonly udp: number;
}

/** `TCP_LISTEN` of Linux's `net/tcp_states.h`. */
const LISTEN = '0A';
/** Columns of `/proc/net/tcp` and its likes (proc(5)). */
const STATE_COLUMN = 3;
const INODE_COLUMN = 9;

/** Counts the sockets of a process and its descendants (Linux). */
export async function listSockets(pid: number): Promise<OpenSockets> {
  const inodes = new Set((await Promise.all((await familyOf(pid)).map(socketsOf))).flat());
  const count = async (protocol: string, isWanted: (state: string) => boolean) => {
    const tables = await Promise.all([`/proc/net/${protocol}`, `/proc/net/${protocol}6`].map(readTable));
    return tables.flat().filter(({ inode, state }) => inodes.has(inode) && isWanted(state)).length;
  };
  return {
    listeningTcp: await count('tcp', (state) => state === LISTEN),
    udp: await count('udp', () => true),
  };
}

async function socketsOf(pid: number): Promise<string[]> {
  const directory = `/proc/${pid}/fd`;
  const links = (await readdir(directory)).map((name) => readlink(`${directory}/${name}`).catch(() => ''));
  return (await Promise.all(links)).flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

async function readTable(path: string): Promise<{ state: string; inode: string }[]> {
  const [, ...lines] = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const columns = line.trim().split(/\s+/);
    return { state: columns[STATE_COLUMN] ?? '', inode: columns[INODE_COLUMN] ?? '' };
  });
}
