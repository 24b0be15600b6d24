// What to do with an object, given the state of its owners. One owner that stays is enough to keep it. Follows
// attemptToDeleteItem (pkg/controller/garbagecollector). Pure.
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { FOREGROUND, ORPHAN } from './graph.ts';

/** An owner exists, is absent, or is being deleted in the foreground and waits for its dependents. */
export type OwnerState = 'solid' | 'dangling' | 'waiting';

export type Verdict =
  | { readonly verdict: 'keep' }
  /** Some owners exist: only the references to the others are removed. */
  | { readonly verdict: 'drop-references'; readonly uids: readonly string[] }
  | {
      readonly verdict: 'delete';
      readonly policy: 'Foreground' | 'Background' | 'Orphan';
      /** Owners that wait for it form a cycle with it: blockOwnerDeletion is cleared first. */
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

/** A propagation policy that was set by the original deletion is kept. */
function policyOf(object: Readonly<KubeObject>): 'Foreground' | 'Background' | 'Orphan' {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}
