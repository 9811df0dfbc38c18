/** Where a link came from: a code that a camera shows, or somebody who lends a look. */
export type LinkKind = 'claim' | 'lend';

/** What a link says of itself; whether it is one at all is found out when it is used. */
export function linkKind(link: string): LinkKind {
  return link.includes('#l1.') ? 'lend' : 'claim';
}
