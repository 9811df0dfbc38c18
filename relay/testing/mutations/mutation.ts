/** A protective check taken out, or bent, in one place: some test must fail. */
export type Mutation = readonly [
  /** What is no longer checked. */
  name: string,
  /** Text that stands in the file exactly once. */
  find: string,
  replace: string,
];

/** Mutations of one file, and the tests of which one must fail for each. */
export interface MutationGroup {
  /** From the root of the repository. */
  readonly file: string;
  readonly tests: readonly string[];
  readonly mutations: readonly Mutation[];
}

/**
 * The text with the mutation in it.
 * @throws RangeError when the text to find does not stand in it exactly once: then the list is out of date.
 */
export function mutate(source: string, [name, find, replace]: Mutation): string {
  const count = source.split(find).length - 1;
  if (count !== 1) throw new RangeError(`${name}: found ${count} times: ${find}`);
  return source.replace(find, () => replace);
}
