import { counted } from '../commands/words.ts';
import { ControlError } from '../control/control-error.ts';
import type { ControlAnswers } from '../control/control-protocol.ts';
import { type Finding, findingsOn } from './finding.ts';

type Status = ControlAnswers['status'];

const { ok, warn, fail } = findingsOn('running camera');

/** Whether the camera runs, and is well by its own account. */
export async function checkRunning(
  ask: () => Promise<Status>,
  ownVersion: string,
): Promise<readonly Finding[]> {
  try {
    const status = await ask();
    const watched = counted(status.watching, 'picture is', 'pictures are');
    return [
      ok(
        status.off
          ? `Runs as process ${status.pid}, and is switched off.`
          : `Runs as process ${status.pid}; ${watched} being watched.`,
      ),
      ...versionFault(status, ownVersion),
      ...rendezvousFault(status),
      ...clockFault(status),
      ...lightFault(status),
    ];
  } catch (error) {
    if (error instanceof ControlError) return [explain(error)];
    throw error;
  }
}

function explain({ code }: ControlError): Finding {
  if (code === 'not_running') return warn('Does not run.', 'Start it with: latchkey run');
  if (code === 'not_allowed') return warn('Runs as another user.', 'Say this as that user, or as root.');
  return fail(`Does not answer (${code}).`, 'Restart it.');
}

function versionFault({ version }: Status, ownVersion: string): readonly Finding[] {
  if (version === ownVersion) return [];
  return [warn(`It is version ${version}, and this is ${ownVersion}.`, 'Restart it.')];
}

function rendezvousFault({ rendezvous }: Status): readonly Finding[] {
  if (rendezvous === 'online') return [];
  return [fail('It has no rendezvous, so no phone finds it.', 'See what is said of the rendezvous here.')];
}

function lightFault({ light_fault }: Status): readonly Finding[] {
  if (light_fault === null) return [];
  return [warn(`Its light does not work (${light_fault}).`, 'See what is said of the light here.')];
}

function clockFault({ clock }: Status): readonly Finding[] {
  if (clock === 'synchronised' || clock === 'assumed') return [];
  return [
    fail('It does not trust its clock, so guests have to wait.', 'See what is said of the clock here.'),
  ];
}
