import { createInterface } from 'node:readline';

/** Puts a question on the terminal; null where there is none, nothing where it is closed instead of answered. */
export async function askAtTerminal(
  { input, output }: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream },
  question: string,
): Promise<string | null> {
  if (!input.isTTY || !output.isTTY) return null;
  const terminal = createInterface({ input, output });
  return new Promise((resolve) => {
    terminal.once('close', () => resolve(''));
    terminal.question(question, (answer) => {
      resolve(answer);
      terminal.close();
    });
  });
}
