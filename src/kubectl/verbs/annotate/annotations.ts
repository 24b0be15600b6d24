// What `annotate` does to an object's annotations. Pure; called by the command beside it.
import { CHANGE_CAUSE } from '../../changes/record.ts';
import type { Pairs } from '../../text/pairs.ts';

export type Annotations = Readonly<Record<string, string>>;

export function checkPairs({ set, remove }: Pairs): void {
  const both = remove.filter((key) => set.has(key));
  if (both.length > 0)
    throw new Error(
      `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
    );
}

/** Throws where an annotation would be changed that has another value, unless that is allowed. */
export function annotated(before: Annotations, { set, remove }: Pairs, overwrite: boolean): Annotations {
  if (!overwrite) checkKept(before, set);
  const annotations = { ...before };
  for (const [key, value] of set) annotations[key] = value;
  for (const key of remove) delete annotations[key];
  return annotations;
}

function checkKept(annotations: Annotations, set: ReadonlyMap<string, string>): void {
  const kept = [...set]
    .filter(
      ([key, value]) => key !== CHANGE_CAUSE && Object.hasOwn(annotations, key) && annotations[key] !== value,
    )
    .map(([key]) => `'${key}' already has a value (${annotations[key]})`);
  if (kept.length > 0)
    throw new Error(
      `--overwrite is false but found the following declared annotation(s): ${kept.join('; ')}`,
    );
}
