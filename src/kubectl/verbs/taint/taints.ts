// What `taint` reads from its words and does to a node's taints. Pure; called by the command beside it.
import { isLabelValue, isQualifiedName } from '../../../api/validation/names.ts';
import { combined } from '../../errors/errors.ts';
import { goQuote } from '../../text/quote.ts';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  /** Empty where all effects are meant. */
  readonly effect: string;
  readonly timeAdded?: string;
}

export interface TaintWords {
  readonly resources: readonly string[];
  readonly taints: readonly string[];
}

const isTaint = (word: string): boolean => /[=:]|-$/.test(word);

/** `node NAME… KEY=VALUE:EFFECT…`. */
export function splitWords(words: readonly string[]): TaintWords {
  const found = words.findIndex(isTaint);
  const first = found < 0 ? words.length : found;
  const stray = words.slice(first).find((word) => !isTaint(word));
  if (stray !== undefined) throw new Error(`all resources must be specified before taint changes: ${stray}`);
  if (first === 0) throw new Error('one or more resources must be specified as <resource> <name>');
  if (first === words.length) throw new Error('at least one taint update is required');
  return { resources: words.slice(0, first), taints: words.slice(first) };
}

export interface TaintChanges {
  readonly add: readonly Taint[];
  /** All of a key where the effect is empty. */
  readonly remove: readonly Taint[];
}

export function parseTaints(words: readonly string[]): TaintChanges {
  const add: Taint[] = [];
  const remove: Taint[] = [];
  for (const word of words) {
    if (word.endsWith('-')) {
      const { key, effect } = parseTaint(word.slice(0, -1));
      remove.push({ key, effect });
      continue;
    }
    const taint = parseTaint(word);
    if (taint.effect === '') throw new Error(`invalid taint spec: ${word}`);
    if (add.some((other) => isSame(other, taint)))
      throw new Error(
        `duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`,
      );
    add.push(taint);
  }
  return { add, remove };
}

const EFFECTS = new Set(['NoSchedule', 'PreferNoSchedule', 'NoExecute']);

/** `key[=value][:effect]`; without an effect, all is the key. */
function parseTaint(text: string): Taint {
  const invalid = (why = ''): Error => new Error(`invalid taint spec: ${text}${why}`);
  const [pair = '', effect, ...more] = text.split(':');
  if (more.length > 0) throw invalid();
  if (effect !== undefined && !EFFECTS.has(effect))
    throw new Error(`invalid taint effect: ${effect}, unsupported taint effect`);
  const [key = '', value, ...rest] = effect === undefined ? [pair] : pair.split('=');
  if (rest.length > 0) throw invalid();
  const complaints = value === undefined ? [] : isLabelValue(value);
  if (complaints.length > 0) throw invalid(`, ${complaints.join('; ')}`);
  const ofKey = isQualifiedName(key);
  if (ofKey.length > 0) throw invalid(`, ${ofKey.join('; ')}`);
  return { key, ...(value && { value }), effect: effect ?? '' };
}

const isSame = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

/** A taint must not be both added and removed. */
export function checkConflicts({ add, remove }: TaintChanges): void {
  const both = add.flatMap((taint) =>
    remove.filter(({ key, effect }) => key === taint.key && (effect === '' || effect === taint.effect)),
  );
  if (both.length === 0) return;
  const named = both.map(({ key, effect }) => `${key}=${effect}`).join(', ');
  throw new Error(`can not both modify and remove the following taint(s) in the same command: ${named}`);
}

export interface Tainted {
  readonly taints: Taint[];
  readonly operation: 'tainted' | 'untainted' | 'modified';
}

/** New taints first. Throws where a taint stands already, unless it may be replaced, and where one to remove is missing. */
export function tainted(
  node: string,
  before: readonly Taint[],
  { add, remove }: TaintChanges,
  overwrite: boolean,
): Tainted {
  const known = add.filter((taint) => before.some((old) => isSame(old, taint))).map(({ key }) => key);
  if (!overwrite && known.length > 0)
    throw new Error(
      `node ${node} already has ${known.join(',')} taint(s) with same effect(s) and --overwrite is false`,
    );
  let taints = [...add, ...before.filter((old) => !add.some((taint) => isSame(taint, old)))];
  const added = taints.length !== before.length;
  const missing: Error[] = [];
  // Upstream goes by the last one that is removed, too.
  let removed = false;
  for (const gone of remove) {
    const left = taints.filter(
      (taint) => taint.key !== gone.key || (gone.effect !== '' && taint.effect !== gone.effect),
    );
    removed = left.length !== taints.length;
    taints = left;
    if (!removed) missing.push(new Error(`taint ${goQuote(taintText(gone))} not found`));
  }
  if (missing.length > 0) throw combined(missing);
  const operation = (added && removed) || overwrite ? 'modified' : added ? 'tainted' : 'untainted';
  return { taints, operation };
}

const taintText = ({ key, effect }: Taint): string => (effect === '' ? key : `${key}:${effect}`);
