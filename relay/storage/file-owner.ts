import { fchownSync, statSync } from 'node:fs';

const ROOT = 0;

/** Leaves a file that root makes to whom the directory belongs, for else the camera could not read it when it runs as that one. */
export function giveToOwnerOf(directory: string, descriptor: number): void {
  if (process.geteuid?.() !== ROOT) return;
  const { uid, gid } = statSync(directory);
  if (uid !== ROOT) fchownSync(descriptor, uid, gid);
}
