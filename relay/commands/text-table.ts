/** What terminals draw two cells wide: ideographs, syllables and most pictures. */
const WIDE =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
const GAP = '  ';

/** Columns under their headings; one that is empty in every row is left out. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = headings.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const lines = [headings, ...rows].map((row) => row.filter((_, column) => shown[column]));
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => cellsOf(line[column] ?? ''))),
  );
  return lines
    .map((line) => line.map((cell, column) => pad(cell, widths[column] ?? 0)).join(GAP))
    .map((line) => line.trimEnd())
    .join('\n');
}

function pad(text: string, cells: number): string {
  return text + ' '.repeat(cells - cellsOf(text));
}

function cellsOf(text: string): number {
  return [...new Intl.Segmenter().segment(text)].reduce(
    (sum, { segment }) => sum + (WIDE.test(segment) ? 2 : 1),
    0,
  );
}
