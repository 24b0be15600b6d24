// What becomes of an object, from what its owners are found to be. Pure.
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { FOREGROUND, ORPHAN } from './graph.ts';

/** An owner that lives, one that is gone, or one that waits for its dependents to go first. */
export type OwnerState = 'solid' | 'dangling' | 'waiting';

export type Verdict =
  | { readonly verdict: 'keep' }
  /** Some owners live: only the references to the others go. */
  | { readonly verdict: 'drop-references'; readonly uids: readonly string[] }
  | {
      readonly verdict: 'delete';
      readonly policy: 'Foreground' | 'Background' | 'Orphan';
      /** Owners that wait for it would wait for themselves: they are unblocked first. */
      readonly unblock: boolean;
    };

export function decide(
  object: Readonly<KubeObject>,
  owners: readonly { readonly owner: OwnerReference; readonly state: OwnerState }[],
  dependents: { readonly any: boolean; readonly someWait: boolean },
): Verdict {
  if (owners.length === 0) return { verdict: 'keep' };
  const of = (state: OwnerState) => owners.filter((one) => one.state === state);
  const lost = owners.filter((one) => one.state !== 'solid').map(({ owner }) => owner.uid);
  if (of('solid').length > 0)
    return lost.length === 0 ? { verdict: 'keep' } : { verdict: 'drop-references', uids: lost };
  if (of('waiting').length > 0 && dependents.any)
    return { verdict: 'delete', policy: 'Foreground', unblock: dependents.someWait };
  return { verdict: 'delete', policy: policyOf(object), unblock: false };
}

/** A deletion that was asked for with a policy keeps it. */
function policyOf(object: Readonly<KubeObject>): 'Foreground' | 'Background' | 'Orphan' {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}
