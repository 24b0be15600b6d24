// A map key made of several strings, any of which may come from outside and hold any character: different lists of parts
// never have the same key, so an entry of one can never be read as that of another. Called by caches and indices of all rooms.

/** The lengths of all parts stand before their text, so that no separator can be imitated. */
export function compositeKey(parts: readonly string[]): string {
  let lengths = '';
  let text = '';
  for (const part of parts) {
    lengths += `${part.length},`;
    text += part;
  }
  return `${lengths} ${text}`;
}
