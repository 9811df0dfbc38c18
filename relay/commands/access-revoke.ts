import { numericDateOf } from '#shared/clock.ts';
import { AccessList } from '../access/access-list.ts';
import { type AccessState, NO_ACCESS } from '../access/access-state.ts';
import { stateDirectoryOf } from '../config.ts';
import { askRelay } from '../control/ask-relay.ts';
import { atCamera } from '../control/at-camera.ts';
import { type Withdrawal, withdraw } from '../lending/revoke.ts';
import { StateDirectory } from '../storage/state-directory.ts';
import { type AccessRow, accessRows, shortIds } from './access-rows.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { confirm } from './confirm.ts';
import { EXIT } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

const description =
  'Takes a look or an unused link back, with all that was lent by it: pictures stop at once, links ' +
  'no longer work. ID is that of the access list, or its beginning. The last owner stays: a camera ' +
  'without one is for the first to come.';

/** `latchkey access revoke` */
export const accessRevoke = defineCommand({
  operands: ['ID'],
  options: { yes: { type: 'boolean', meaning: 'do not ask whether to go on' } },
  description,
  async run(context, { options, operands: [prefix = ''] }) {
    const { env, clock, write } = context;
    const state = (await new StateDirectory(stateDirectoryOf(env), clock).readAccess()) ?? NO_ACCESS;
    const now = numericDateOf(clock);
    const rows = accessRows(state, { now, presences: [] });
    const row = find(rows, prefix, shortIds(state));
    if (row === null) return report(context, 'not_found');
    if (row.standing === 'taken back') return report(context, 'done');
    const planned = withdraw(state, row.id, { at: now, by: null });
    if (planned.result !== 'done') return report(context, planned.result);
    write(consequences(rows, row, planned.state ?? state));
    if (!options.yes && !(await confirm(context, 'Take it back?'))) return EXIT.no;
    return report(context, await takeBack(context, row.id));
  },
});

/**
 * The entry whose id begins so; null where there is none.
 * @throws UsageError where there are several.
 */
function find(rows: readonly AccessRow[], prefix: string, shorten: (id: string) => string): AccessRow | null {
  const found = rows.filter(({ id }) => prefix !== '' && id.startsWith(prefix));
  if (found.length < 2) return found[0] ?? null;
  const each = found.map(({ id, name }) => `${shorten(id)} (${name})`);
  throw new UsageError(`${found.length} ids begin with ${prefix}: ${each.join(', ')}`);
}

/** Who loses what, in a sentence each. */
function consequences(rows: readonly AccessRow[], row: AccessRow, after: AccessState): string {
  const left = new Set([...after.grants.map(({ gid }) => gid), ...after.invites.map(({ id }) => id)]);
  const fallen = rows.filter(
    ({ id, standing }) => id !== row.id && standing !== 'taken back' && !left.has(id),
  );
  const sentence =
    row.standing === 'waiting'
      ? `The link for ${row.name} stops working.`
      : `${nameOf(row)} loses the camera.`;
  if (fallen.length === 0) return sentence;
  return [sentence, 'So do those it was lent on to:', ...fallen.map((each) => `  ${nameOf(each)}`)].join(
    '\n',
  );
}

function nameOf({ name, device, standing }: AccessRow): string {
  return `${name} (${[device ?? 'no phone yet', standing].join(', ')})`;
}

/** By the relay where it runs, and else in its file. */
function takeBack({ env, clock }: CommandContext, id: string): Promise<Withdrawal> {
  const directory = stateDirectoryOf(env);
  return atCamera(
    { directory },
    {
      online: async () => (await askRelay(directory, { type: 'withdraw', id })).outcome,
      offline: async () => {
        const storage = new StateDirectory(directory, clock);
        const list = new AccessList((await storage.readAccess()) ?? NO_ACCESS, (state) =>
          storage.saveAccess(state),
        );
        return list.change((state) => withdraw(state, id, { at: numericDateOf(clock), by: null }));
      },
    },
  );
}

function report({ write, writeError }: CommandContext, outcome: Withdrawal): number {
  switch (outcome) {
    case 'done':
      write('It is taken back.');
      return EXIT.ok;
    case 'not_found':
      writeError('latchkey: there is no such entry; see: latchkey access list');
      return EXIT.noEntry;
    case 'last_owner':
      writeError('latchkey: this is the last owner. To start over with a new one: latchkey reset');
      return EXIT.notAllowed;
    default:
      return outcome satisfies never;
  }
}
