import type { Command } from './command.ts';

/** A command before it is loaded: `run` starts sooner without the rest. */
export interface CommandEntry {
  /** One word or two. */
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** All that `latchkey` does, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'show the code, let phones in, send the picture',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'qr',
    summary: 'show a fresh code of the camera that runs',
    load: async () => (await import('./qr.ts')).qr,
  },
  {
    name: 'access list',
    summary: 'who may see the camera, and who watches now',
    load: async () => (await import('./access-list.ts')).accessList,
  },
  {
    name: 'access revoke',
    summary: 'take a look back, with all that was lent by it',
    load: async () => (await import('./access-revoke.ts')).accessRevoke,
  },
  {
    name: 'privacy on',
    summary: 'switch the camera off: nobody has a picture, owners included',
    load: async () => (await import('./privacy.ts')).privacyOn,
  },
  {
    name: 'privacy off',
    summary: 'switch it on again',
    load: async () => (await import('./privacy.ts')).privacyOff,
  },
  {
    name: 'privacy status',
    summary: 'whether it is switched off, and until when',
    load: async () => (await import('./privacy.ts')).privacyStatus,
  },
  {
    name: 'log',
    summary: 'who watched, and when',
    load: async () => (await import('./log.ts')).log,
  },
  {
    name: 'doctor',
    summary: 'find what is wrong, and say what to do',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'reset',
    summary: 'forget owners, guests and the key',
    load: async () => (await import('./reset.ts')).reset,
  },
  {
    name: 'version',
    summary: 'which Latchkey this is',
    load: async () => (await import('./version.ts')).version,
  },
];
