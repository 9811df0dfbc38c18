import { VERSION } from '../version.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './exit-code.ts';

/** `latchkey version` */
export const version = defineCommand({
  operands: [],
  options: {},
  description: 'Says which Latchkey this is, and which Node it runs on.',
  async run({ write }) {
    write(`latchkey ${VERSION} (Node ${process.versions.node})`);
    return EXIT.ok;
  },
});
