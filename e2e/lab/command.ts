import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * Runs a program to its end; what it wrote.
 * @throws Error with what it complained about, when it fails or is not there.
 */
export async function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  input = '',
): Promise<string> {
  const child = spawn(program, args, { stdio: 'pipe' });
  const ended = once(child, 'close');
  child.stdin.on('error', () => undefined); // It ended without reading all; its status says more.
  child.stdin.end(input);
  const [output, complaint, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${complaint.trim() || `status ${status}`}`);
  return output;
}
