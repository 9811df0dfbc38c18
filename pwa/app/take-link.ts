/** Longest link we look at, in characters; a real one is under 150. */
const maxLinkLength = 2048;

/**
 * Takes a claim or lend link out of the address bar and the history entry, so that its secret stays in neither.
 * Call it before anything else runs. `null` when the address holds no link.
 */
export function takeLink(): string | null {
  if (!/^#[a-z]\d\./.test(location.hash)) return null;
  const link = location.href;
  history.replaceState(history.state, '', location.pathname + location.search);
  return link.length <= maxLinkLength ? link : null;
}
