// The order of the output: as read (fifo), or by kind, with namespaces first and webhooks last (legacy).
import type { SortOptions } from './kustomization.ts';
import { gvkText, type Resource, type ResourceId } from './resource.ts';

const FIRST = [
  ...['Namespace', 'ResourceQuota', 'StorageClass', 'CustomResourceDefinition', 'ServiceAccount'],
  ...['PodSecurityPolicy', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap', 'Secret'],
  ...['Endpoints', 'Service', 'LimitRange', 'PriorityClass', 'PersistentVolume', 'PersistentVolumeClaim'],
  ...['Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget'],
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

export function sorted(resources: readonly Resource[], options: SortOptions): readonly Resource[] {
  const { order, legacySortOptions } = options;
  if (order !== undefined && order !== 'fifo' && order !== 'legacy')
    throw new Error("the field 'sortOptions.order' must be one of [fifo, legacy]");
  if (order !== 'legacy') {
    if (legacySortOptions)
      throw new Error(
        `the field 'sortOptions.legacySortOptions' is set but the selected sort order is '${order ?? ''}', not 'legacy'`,
      );
    return resources;
  }
  const first = legacySortOptions?.orderFirst ?? (legacySortOptions ? [] : FIRST);
  const last = legacySortOptions?.orderLast ?? (legacySortOptions ? [] : LAST);
  const places = new Map<string, number>();
  first.forEach((kind, i) => {
    places.set(kind, i - first.length);
  });
  last.forEach((kind, i) => {
    places.set(kind, i + 1);
  });
  const keyed = resources.map((resource) => ({ resource, id: resource.id }));
  keyed.sort((a, b) => compared(a.id, b.id, places));
  return keyed.map(({ resource }) => resource);
}

function compared(a: ResourceId, b: ResourceId, places: ReadonlyMap<string, number>): number {
  const [left, right] = [kindKey(a), kindKey(b)];
  if (left !== right) {
    const distance = (places.get(a.kind) ?? 0) - (places.get(b.kind) ?? 0);
    return distance !== 0 ? distance : textOrder(left, right);
  }
  return textOrder(nameKey(a), nameKey(b));
}

const kindKey = ({ group, version, kind }: ResourceId): string =>
  `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
const nameKey = (id: ResourceId): string => `${gvkText(id)}|${id.namespace || '~X'}|${id.name || '~N'}`;
const textOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
