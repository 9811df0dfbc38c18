import { parseArgs } from 'node:util';
import type { Bench, Report } from './bench.ts';
import { describeMachine, readLoad } from './machine.ts';
import { formatTable } from './table.ts';

/** sysexits(3) */
const EXIT_USAGE = 64;

/** Loaded one at a time: a bench of bytes needs no browser. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  'first-frame': async () => (await import('./first-frame.ts')).firstFrame,
  latency: async () => (await import('./latency.ts')).latency,
  capture: async () => (await import('./capture.ts')).capture,
  lend: async () => (await import('./lend.ts')).lend,
  revoke: async () => (await import('./revoke.ts')).revoke,
  fairness: async () => (await import('./fairness.ts')).fairness,
  flood: async () => (await import('./flood.ts')).flood,
  link: async () => (await import('./link.ts')).link,
  'link-virtual': async () => (await import('./link-virtual.ts')).linkVirtual,
  sound: async () => (await import('./sound.ts')).sound,
  viewers: async () => (await import('./viewers.ts')).viewers,
  churn: async () => (await import('./churn.ts')).churn,
  connect: async () => (await import('./connect.ts')).connect,
  reconnect: async () => (await import('./reconnect.ts')).reconnect,
  pwa: async () => (await import('./pwa.ts')).pwa,
  'relay-start': async () => (await import('./relay-start.ts')).relayStart,
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === 'list') {
    console.log(await describeAll());
    return 0;
  }
  const bench = await BENCHES[name]?.();
  const values = bench && readOptions(bench, rest);
  if (!bench || !values) {
    console.error(`usage: npm run bench -- NAME [--json] [--OPTION VALUE]\n\n${await describeAll()}`);
    return EXIT_USAGE;
  }
  const isJson = values.json === true;
  const say = (text: string) => (isJson ? console.error(text) : console.log(text));
  const loadBefore = readLoad();
  say(`${name}: load average ${loadBefore.oneMinute} before`);
  const report = await bench.run({
    option: (option) => String(values[option] ?? bench.options[option]?.fallback ?? ''),
    progress: (text) => console.error(text),
  });
  const result = {
    bench: name,
    date: new Date().toISOString(),
    machine: describeMachine(),
    load: { before: loadBefore, after: readLoad() },
    ...report,
  };
  say(formatReport(report, result.load.after.oneMinute));
  if (isJson) console.log(JSON.stringify(result));
  return 0;
}

/** Null when an option is not known. */
function readOptions(bench: Bench, args: readonly string[]): Record<string, unknown> | null {
  const names = Object.keys(bench.options).map((option) => [option, { type: 'string' }] as const);
  try {
    return parseArgs({ args, options: { json: { type: 'boolean' }, ...Object.fromEntries(names) } }).values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return null;
  }
}

async function describeAll(): Promise<string> {
  const benches = Object.entries(BENCHES).map(async ([name, load]) => {
    const { summary, options } = await load();
    const lines = Object.entries(options).map(
      ([option, { meaning, fallback }]) => `    --${option.padEnd(10)} ${meaning} (${fallback})`,
    );
    return [`  ${name.padEnd(12)} ${summary}`, ...lines].join('\n');
  });
  return (await Promise.all(benches)).join('\n');
}

function formatReport({ conditions, rows, verdicts }: Report, loadAfter: number): string {
  const goals = verdicts.map(({ what, measured, goal, bound, unit, isMet }) => ({
    goal: what,
    measured: measured ?? 'not measured',
    'is to be': `${bound} ${goal}`,
    unit,
    is: isMet ? 'met' : 'NOT MET',
  }));
  return [
    formatTable([conditions]),
    formatTable(rows),
    ...(goals.length > 0 ? [formatTable(goals)] : []),
    `load average ${loadAfter} after`,
  ].join('\n\n');
}
