import { join } from 'node:path';
import { numericDateOf } from '#shared/clock.ts';
import { stateDirectoryOf } from '../config.ts';
import { askRelay } from '../control/ask-relay.ts';
import { atCamera } from '../control/at-camera.ts';
import type { ControlAnswers } from '../control/control-protocol.ts';
import { boundLog, createLog } from '../log.ts';
import { PRIVACY_FILE, PrivacySwitch } from '../privacy/privacy-switch.ts';
import { switchPrivacy } from '../privacy/switch-privacy.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { EXIT } from './exit-code.ts';
import { timeWords } from './time-words.ts';

type Answer = ControlAnswers['privacy'];

/** `latchkey privacy on` */
export const privacyOn = defineCommand({
  operands: [],
  options: {},
  description:
    'Switches the camera off, as its owners can on their phones: pictures end at once, the device is closed, and whoever ' +
    'opens the camera is told so. It stays off until somebody switches it on, over restarts too.',
  run: async (context) => report(context, await ask(context, true)),
});

/** `latchkey privacy off` */
export const privacyOff = defineCommand({
  operands: [],
  options: {},
  description:
    'Switches the camera on again. In hours in which its schedule has it off, it is on until they end.',
  run: async (context) => report(context, await ask(context, false)),
});

/** `latchkey privacy status` */
export const privacyStatus = defineCommand({
  operands: [],
  options: {},
  description: 'Says whether the camera is switched off, why, and until when.',
  run: async (context) => report(context, await ask(context)),
});

/** By the relay where it runs, and else in its file: by the machine's clock, which the camera judges anew when it starts. */
function ask(context: CommandContext, off?: boolean): Promise<Answer> {
  const directory = stateDirectoryOf(context.env);
  const wish = off === undefined ? {} : { off };
  return atCamera(
    { directory },
    {
      online: () => askRelay(directory, { type: 'privacy', ...wish }),
      offline: async () => {
        const { clock, writeError } = context;
        const log = boundLog(createLog(writeError), clock);
        const privacy = await PrivacySwitch.open({ path: join(directory, PRIVACY_FILE), clock, log });
        return switchPrivacy(privacy, off, () => ({ now: numericDateOf(clock), isTrusted: true }));
      },
    },
  );
}

function report({ write, writeError }: CommandContext, answer: Answer): number {
  write(sentenceOf(answer));
  switch (answer.outcome) {
    case 'done':
      return EXIT.ok;
    case 'clock_unsynced':
      writeError(
        'latchkey: its schedule may have it off now, and it does not know the time. Try again when it does.',
      );
      return EXIT.unavailable;
    case 'not_stored':
      writeError('latchkey: that could not be written down, so a restart forgets it. Is the disk full?');
      return EXIT.io;
    default:
      return answer.outcome satisfies never;
  }
}

function sentenceOf({ off, until, why }: Answer): string {
  if (!off) return until === null ? 'The camera is on.' : `The camera is on until ${timeWords(until)}.`;
  const end = until === null ? '' : ` until ${timeWords(until)}`;
  switch (why) {
    case 'schedule':
      return `The camera is switched off by its schedule${end}.`;
    case 'clock':
      return 'The camera is off: it has a schedule, and does not know what time it is.';
    case 'hand':
    case null:
      return `The camera is switched off${end}.`;
    default:
      return why satisfies never;
  }
}
