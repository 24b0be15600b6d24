// Which names fit a few letters, the best first. Pure.

/** Lower is better; undefined if none of the names fits: a whole name, the beginning of one, of a word in one, anywhere, letters in
 *  order. */
export function rankOf(names: readonly string[], text: string): number | undefined {
  let best: number | undefined;
  for (const name of names) {
    const rank = rankOfOne(name.toLowerCase(), text);
    if (rank !== undefined && (best === undefined || rank < best)) best = rank;
  }
  return best;
}

function rankOfOne(name: string, text: string): number | undefined {
  if (text === '') return 0;
  if (name === text) return 0;
  if (name.startsWith(text)) return 1;
  if (name.split(/[\s/.-]/).some((word) => word.startsWith(text))) return 2;
  if (name.includes(text)) return 3;
  let at = 0;
  for (const letter of text) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return undefined;
  }
  return 4;
}

/** Of equal rank, the shorter name first. */
export function bestMatches<T>(all: readonly T[], text: string, namesOf: (one: T) => readonly string[]): T[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [...all];
  return all
    .map((one) => ({ one, rank: rankOf(namesOf(one), wanted), length: namesOf(one)[0]?.length ?? 0 }))
    .filter((found): found is { one: T; rank: number; length: number } => found.rank !== undefined)
    .sort((a, b) => a.rank - b.rank || a.length - b.length)
    .map(({ one }) => one);
}
