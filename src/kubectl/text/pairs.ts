// Words such as `pods web a=b c-`: what is changed, then how. Pure; called by label, annotate, set image and run.

export interface ResourcesAndPairs {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
}

/** `type` names the pairs in the error. */
export function resourcesAndPairs(words: readonly string[], type: string): ResourcesAndPairs {
  const isPair = (word: string) => word.indexOf('=') > 0 || (word.endsWith('-') && word !== '-');
  const found = words.findIndex(isPair);
  const first = found < 0 ? words.length : found;
  const stray = words.slice(first).find((word) => !isPair(word));
  if (stray !== undefined)
    throw new Error(`all resources must be specified before ${type} changes: ${stray}`);
  return { resources: words.slice(0, first), pairs: words.slice(first) };
}

export interface Pairs {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** `key=value` sets, and, where that is allowed, `key-` removes. */
export function parsePairs(words: readonly string[], type: string, allowRemoval: boolean): Pairs {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const wrong: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0) set.set(word.slice(0, at), word.slice(at + 1));
    else if (allowRemoval && word.endsWith('-') && word !== '-') remove.push(word.slice(0, -1));
    else wrong.push(word);
  }
  if (wrong.length > 0) throw new Error(`invalid ${type} format: ${wrong.join(', ')}`);
  return { set, remove };
}

/** `a=b,c=d` as run and expose take labels. */
export function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const spec of text.split(',')) {
    const [key = '', value, ...more] = spec.split('=');
    if (value === undefined || more.length > 0) throw new Error(`unexpected label spec: ${spec}`);
    if (key === '') throw new Error('unexpected empty label key');
    labels[key] = value;
  }
  return labels;
}
