// Which names fit a few letters, the best first. Pure.

/** Lower is better; undefined if it does not fit: the whole, its beginning, the beginning of a word, anywhere, letters in order. */
export function rankOf(name: string, text: string): number | undefined {
  const whole = name.toLowerCase();
  if (text === '') return 5;
  const words = whole.split(/[\s/.-]+/);
  if (words.includes(text)) return whole.startsWith(text) ? 0 : 1;
  if (whole.startsWith(text)) return 2;
  if (words.some((word) => word.startsWith(text))) return 3;
  if (whole.includes(text)) return 4;
  let at = 0;
  for (const letter of text) {
    at = whole.indexOf(letter, at) + 1;
    if (at === 0) return undefined;
  }
  return 6;
}

export function bestMatches<T>(all: readonly T[], text: string, nameOf: (one: T) => string): T[] {
  const wanted = text.trim().toLowerCase();
  return all
    .map((one) => ({ one, rank: rankOf(nameOf(one), wanted) }))
    .filter((found): found is { one: T; rank: number } => found.rank !== undefined)
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}
