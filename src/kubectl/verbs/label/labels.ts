// What `label` reads from its words and does to an object's labels. Pure; called by the command beside it.
import { isLabelValue } from '../../../api/validation/names.ts';
import type { Pairs } from '../../text/pairs.ts';
import { goQuote } from '../../text/quote.ts';

export type Labels = Readonly<Record<string, string>>;

export function parseLabels(words: readonly string[]): Pairs {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const word of words) {
    const [key = '', value, ...more] = word.split('=');
    if (value === undefined) {
      if (!word.endsWith('-')) throw new Error(`unknown label spec: ${word}`);
      remove.push(word.slice(0, -1));
      continue;
    }
    if (more.length > 0) throw new Error(`invalid label spec: ${word}`);
    const complaints = isLabelValue(value);
    if (complaints.length > 0)
      throw new Error(`invalid label value: ${goQuote(word)}: ${complaints.join(';')}`);
    set.set(key, value);
  }
  if (remove.some((key) => set.has(key)))
    throw new Error('can not both modify and remove a label in the same command');
  return { set, remove };
}

export interface Relabeled {
  readonly labels: Labels;
  readonly operation: 'labeled' | 'unlabeled' | 'modified' | 'not labeled';
}

/** Throws where a label would be changed that has another value, unless that is allowed. */
export function relabeled(before: Labels, { set, remove }: Pairs, overwrite: boolean): Relabeled {
  if (!overwrite) checkKept(before, set);
  const labels = { ...before };
  let [added, removed] = [false, false];
  for (const [key, value] of set) {
    if (Object.hasOwn(labels, key) && labels[key] === value) continue;
    labels[key] = value;
    added = true;
  }
  for (const key of remove) {
    if (!Object.hasOwn(labels, key)) continue;
    delete labels[key];
    removed = true;
  }
  const operation = added ? (removed ? 'modified' : 'labeled') : removed ? 'unlabeled' : 'not labeled';
  return { labels, operation };
}

function checkKept(labels: Labels, set: ReadonlyMap<string, string>): void {
  const errors: Error[] = [];
  for (const [key, value] of set)
    if (Object.hasOwn(labels, key) && labels[key] !== value)
      errors.push(new Error(`'${key}' already has a value (${labels[key]}), and --overwrite is false`));
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
}
