import { stateDirectoryOf } from '../config.ts';
import { askRelay } from '../control/ask-relay.ts';
import { atCamera } from '../control/at-camera.ts';
import { ControlError } from '../control/control-error.ts';
import type { ControlAnswers } from '../control/control-protocol.ts';
import { codeLines } from '../pairing/terminal-display.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './exit-code.ts';

const description =
  'Shows a fresh code and its link. The first phone to use it owns the camera; where it has an ' +
  'owner already, that phone owns it too. Whoever can say this stands at the camera, so no digits ' +
  'are asked for.';

/** `latchkey qr` */
export const qr = defineCommand({
  operands: [],
  options: { link: { type: 'boolean', meaning: 'the link alone, to be passed on by a program' } },
  description,
  async run({ env, write, isTerminal }, { options }) {
    const directory = stateDirectoryOf(env);
    const code = await atCamera(
      { directory },
      {
        online: () => askRelay(directory, { type: 'new-code' }),
        offline: async () => {
          throw new ControlError('not_running');
        },
      },
    );
    write(
      options.link
        ? code.link
        : ['', ...codeLines(code.link, isTerminal), '', ...wordsFor(code), ''].join('\n'),
    );
    return EXIT.ok;
  },
});

function wordsFor({ valid_minutes, is_first }: ControlAnswers['new-code']): readonly string[] {
  const owns = `  The first phone to use it within ${valid_minutes} minutes owns this camera`;
  if (!is_first) return [`${owns} too.`];
  return [`${owns}.`, '  The camera itself then shows the four digits that the phone shows.'];
}
