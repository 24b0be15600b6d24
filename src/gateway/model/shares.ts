// Fair parts of what is limited, by namespace: who wants little has that, and the others as much as one another. So nobody can use up what
// there is: with each namespace that comes, the part of those that want much becomes smaller. Pure.

/** `wanted`: what each owner would use of `most`. */
export function shares(wanted: ReadonlyMap<string, number>, most: number): Map<string, number> {
  const found = new Map<string, number>();
  let [left, owners] = [most, wanted.size];
  for (const [owner, want] of [...wanted].sort(([, a], [, b]) => a - b)) {
    const share = Math.min(want, Math.floor(left / owners--));
    found.set(owner, share);
    left -= share;
  }
  return found;
}

/** The same where `wanted` is the least that an owner may use: what is left over is shared, too. */
export function allowances(wanted: ReadonlyMap<string, number>, most: number): Map<string, number> {
  const found = shares(wanted, most);
  let left = most;
  for (const share of found.values()) left -= share;
  const more = Math.floor(left / Math.max(1, found.size));
  return new Map([...found].map(([owner, share]) => [owner, share + more]));
}

/** Of each owner the first things of a list that its share of `most` has room for; each is one of them. */
export function firstOfEach<T>(list: readonly T[], ownerOf: (one: T) => string, most: number): T[] {
  if (list.length <= most) return [...list];
  const lists = Map.groupBy(list, ownerOf);
  const parts = shares(new Map([...lists].map(([owner, own]) => [owner, own.length])), most);
  return [...lists].flatMap(([owner, own]) => own.slice(0, parts.get(owner)));
}
