// Warnings for a namespace whose `enforce` level becomes stricter: which of its pods would not be admitted any more. One pod
// of each controller is looked at first. Called by pod-security.ts.
// Upstream: EvaluatePodsInNamespace in staging/src/k8s.io/pod-security-admission/admission/admission.go.
import type { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import type { Clock } from '../../../../kit/clock.ts';
import type { Item } from '../../../watch-cache/item.ts';
import { type LevelVersion, standardText } from './policy.ts';
import { violations } from './standards.ts';

/** Upstream's limit (defaultNamespaceMaxPodsToCheck). */
const MAX_PODS = 3000;
/** Milliseconds for all pods together: upstream allows a second, but here other requests wait meanwhile. */
const MAX_MS = 30;

interface Options {
  readonly clock: Clock;
  readonly exempt: { readonly runtimeClasses?: readonly string[] };
}

export function existingPods(
  items: readonly Item<Pod>[],
  namespace: string,
  standard: LevelVersion,
  { clock, exempt }: Options,
): string[] {
  const from = clock.monotonic();
  const all = prioritized(items, exempt.runtimeClasses ?? []);
  const names = new Map<string, string[]>();
  let checked = 0;
  for (const pod of all.slice(0, MAX_PODS)) {
    checked++;
    const found = violations(standard, { annotations: pod.metadata.annotations ?? {}, spec: pod.spec! });
    const reasons = found.map(({ reason }) => reason).join(', ');
    if (reasons) names.set(reasons, [...(names.get(reasons) ?? []), pod.metadata.name!]);
    if (clock.monotonic() - from > MAX_MS) break;
  }
  const partly = `new PodSecurity enforce level only checked against the first ${checked} of ${all.length} existing pods`;
  const heading = `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level "${standardText(standard)}"`;
  return [
    ...(checked < all.length ? [partly] : []),
    ...(names.size > 0 ? [heading] : []),
    ...[...names]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reasons, pods]) => `${namedFirst(pods)}: ${reasons}`),
  ];
}

function namedFirst(pods: readonly string[]): string {
  const [first] = [...pods].sort();
  const others = pods.length - 1;
  if (others === 0) return first!;
  return `${first} (and ${others} other ${others === 1 ? 'pod' : 'pods'})`;
}

function prioritized(items: readonly Item<Pod>[], exempt: readonly string[]): Pod[] {
  const first: Pod[] = [];
  const later: Pod[] = [];
  const seen = new Set<string>();
  for (const { object: pod } of items) {
    if (exempt.includes(pod.spec?.runtimeClassName ?? '')) continue;
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    (owner && seen.has(owner) ? later : first).push(pod);
    if (owner) seen.add(owner);
  }
  return [...first, ...later];
}
