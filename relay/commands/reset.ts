import { type AccessState, NO_ACCESS } from '../access/access-state.ts';
import { isOwner } from '../access/grant.ts';
import { stateDirectoryOf } from '../config.ts';
import { askRelay } from '../control/ask-relay.ts';
import { atCamera } from '../control/at-camera.ts';
import { StateDirectory } from '../storage/state-directory.ts';
import { StorageError } from '../storage/storage-error.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { confirm } from './confirm.ts';
import { EXIT } from './exit-code.ts';
import { counted } from './words.ts';

const description =
  'Forgets owners, guests and the camera’s key: it is a new camera then, for the first phone that ' +
  'scans its code. One that runs cuts every picture, tells the phones, and starts over at once.';

/** `latchkey reset` */
export const reset = defineCommand({
  operands: [],
  options: { yes: { type: 'boolean', meaning: 'do not ask whether to go on' } },
  description,
  async run(context, { options }) {
    const { env, clock, write } = context;
    const directory = stateDirectoryOf(env);
    if (!options.yes) {
      write(consequences(await readState(context, directory)));
      if (!(await confirm(context, 'Forget everything?'))) return EXIT.no;
    }
    const came = await atCamera(
      { directory },
      {
        online: async () => {
          await askRelay(directory, { type: 'forget' });
          return 'restarted' as const;
        },
        offline: async () =>
          (await new StateDirectory(directory, clock).reset())
            ? ('forgotten' as const)
            : ('nothing' as const),
      },
    );
    write(OUTCOMES[came](directory));
    return EXIT.ok;
  },
});

const OUTCOMES = {
  restarted: () => 'Everything is forgotten. The camera starts over; for its new code: latchkey qr',
  forgotten: () => 'Everything is forgotten. The camera shows a new code when it is started: latchkey run',
  nothing: (directory: string) =>
    `There is nothing to forget in ${directory}. Is LATCHKEY_STATE_DIR that of the camera?`,
} as const satisfies Record<string, (directory: string) => string>;

/** Null where it cannot be read: that is what people reset cameras for. */
async function readState({ clock }: CommandContext, directory: string): Promise<AccessState | null> {
  try {
    return (await new StateDirectory(directory, clock).readAccess()) ?? NO_ACCESS;
  } catch (error) {
    if (error instanceof StorageError) return null;
    throw error;
  }
}

function consequences(state: AccessState | null): string {
  if (state === null) return 'Whoever may see the camera loses it, and has to scan anew.';
  const owners = state.grants.filter(isOwner).length;
  const guests = state.grants.length - owners;
  return `${counted(owners, 'owner')} and ${counted(guests, 'guest')} lose the camera, and have to scan anew.`;
}
