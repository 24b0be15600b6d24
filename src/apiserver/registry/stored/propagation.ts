// The propagation policy of a deletion, stored as a finalizer for the garbage collector: `orphan` or `foregroundDeletion`;
// none means Background. Upstream: deletionFinalizersForGarbageCollection in registry/generic/registry/store.go.
import type { DeleteOptions } from '../../../api/meta/v1/delete-options.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export function setPropagation(
  metadata: KubeObject['metadata'],
  options: DeleteOptions,
  orphanByDefault: boolean,
): void {
  const had = metadata.finalizers ?? [];
  const policy = policyOf(options, had, orphanByDefault);
  const finalizers = had.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  if (policy === 'Orphan') finalizers.push(ORPHAN);
  if (policy === 'Foreground') finalizers.push(FOREGROUND);
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
}

/** The options decide, then the object's own finalizers, then the kind's default. */
function policyOf(options: DeleteOptions, finalizers: readonly string[], orphanByDefault: boolean): string {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? 'Orphan' : 'Background';
  if (options.propagationPolicy) return options.propagationPolicy;
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  if (finalizers.includes(FOREGROUND)) return 'Foreground';
  return orphanByDefault ? 'Orphan' : 'Background';
}
