// The five conditions that report the progress of a namespace's deletion. Pure.
import type { NamespaceCondition } from '../../api/kinds/core/v1/namespace.ts';

/** The outcome of one pass over the contents. */
export interface Progress {
  /** Groups and versions whose discovery is stale. */
  readonly undiscovered: readonly string[];
  /** Kinds whose deletion failed, with the error. */
  readonly failures: readonly string[];
  /** How many objects remain, by `resource.group`. */
  readonly remaining: ReadonlyMap<string, number>;
  /** How many objects each finalizer still blocks. */
  readonly finalizers: ReadonlyMap<string, number>;
}

interface Reading {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

function readings(progress: Progress): Reading[] {
  const remaining = [...progress.remaining].sort().map(([kind, n]) => `${kind} has ${n} resource instances`);
  const held = [...progress.finalizers].sort().map(([name, n]) => `${name} in ${n} resource instances`);
  const { undiscovered, failures } = progress;
  return [
    reading(
      'NamespaceDeletionDiscoveryFailure',
      undiscovered.length > 0,
      ['DiscoveryFailed', discoveryFailure(undiscovered)],
      ['ResourcesDiscovered', 'All resources successfully discovered'],
    ),
    reading(
      'NamespaceDeletionGroupVersionParsingFailure',
      false,
      ['GroupVersionParsingFailed', ''],
      ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    ),
    reading(
      'NamespaceDeletionContentFailure',
      failures.length > 0,
      [
        'ContentDeletionFailed',
        `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(', ')}`,
      ],
      ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    ),
    reading(
      'NamespaceContentRemaining',
      remaining.length > 0,
      ['SomeResourcesRemain', `Some resources are remaining: ${remaining.join(', ')}`],
      ['ContentRemoved', 'All content successfully removed'],
    ),
    reading(
      'NamespaceFinalizersRemaining',
      held.length > 0,
      ['SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${held.join(', ')}`],
      ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    ),
  ];
}

/** In the words of client-go's ErrGroupDiscoveryFailed and StaleGroupVersionError. */
function discoveryFailure(stale: readonly string[]): string {
  const each = stale.toSorted().map((version) => `${version}: stale GroupVersion discovery: ${version}`);
  const error = `unable to retrieve the complete list of server APIs: ${each.join(', ')}`;
  return `Discovery failed for some groups, ${stale.length} failing: ${error}`;
}

function reading(type: string, bad: boolean, worse: [string, string], fine: [string, string]): Reading {
  const [reason, message] = bad ? worse : fine;
  return { type, status: bad ? 'True' : 'False', reason, message };
}

/** The conditions after a pass: all five of them, each with the time of its last change of status. */
export function conditionsAfter(
  before: readonly NamespaceCondition[],
  progress: Progress,
  time: string,
): NamespaceCondition[] {
  const out = new Map(before.map((condition) => [condition.type, condition]));
  for (const now of readings(progress)) {
    const was = out.get(now.type);
    const unchanged = was?.status === now.status && was.reason === now.reason && was.message === now.message;
    if (unchanged) continue;
    const lastTransitionTime =
      was?.status === now.status && was.lastTransitionTime ? was.lastTransitionTime : time;
    out.set(now.type, { ...now, lastTransitionTime });
  }
  return [...out.values()];
}
