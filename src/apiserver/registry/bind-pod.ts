// Binds a pod to a node: once, and never while the pod is being deleted or has scheduling gates. The callers have admitted
// the binding.
// Called for POST pods/NAME/binding (handlers/subresources/binding.ts) and for POST bindings (virtual/bindings.ts).
// Upstream: BindingREST in pkg/registry/core/pod/storage/storage.go.
import type { Binding } from '../../api/kinds/core/v1/binding.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conflict, invalid, type StatusError } from '../../api/status/status-error.ts';
import type { StoredResource } from './stored/stored-resource.ts';
import type { WriteContext } from './write-context.ts';

/** The Status returned for a binding or an eviction. */
export const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

export async function bindPod(
  pods: StoredResource<Pod>,
  name: string,
  binding: Binding,
  write: WriteContext,
): Promise<void> {
  const context = { ...write, subresource: 'binding' };
  await pods
    .withoutAdmission()
    .update(name, (current) => bound(current!('shared'), binding, write.now), context, 'patch');
}

/** Throws a 422. Called between the two steps of admission. */
export function checkTarget({ target, metadata }: Binding): void {
  const { kind, name } = target ?? {};
  const complain = (type: 'FieldValueRequired' | 'FieldValueNotSupported', field: string, message: string) =>
    invalid({ group: '', kind: 'Binding' }, metadata?.name ?? '', [{ type, field, message }]);
  if (kind && kind !== 'Node')
    throw complain(
      'FieldValueNotSupported',
      'target.kind',
      `Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`,
    );
  if (!name) throw complain('FieldValueRequired', 'target.name', 'Required value');
}

/** The node is no longer nominated but given. Runs again on every attempt of the update, so that two schedulers cannot bind the same pod. */
function bound(pod: Pod, { target, metadata }: Binding, now: string): Pod {
  const spec = pod.spec!;
  const { name } = pod.metadata;
  if (pod.metadata.deletionTimestamp)
    throw refuse(pod, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (spec.nodeName) throw refuse(pod, `pod ${name} is already assigned to node "${spec.nodeName}"`);
  if (spec.schedulingGates?.length) throw refuse(pod, `pod ${name} has non-empty .spec.schedulingGates`);
  const others = pod.status?.conditions?.filter(({ type }) => type !== 'PodScheduled') ?? [];
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: now } as const;
  const { nominatedNodeName: _, ...status } = pod.status ?? {};
  const { annotations, labels } = metadata ?? {};
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(annotations && { annotations: { ...pod.metadata.annotations, ...annotations } }),
      ...(labels && { labels: { ...pod.metadata.labels, ...labels } }),
    },
    spec: { ...spec, nodeName: target.name! },
    status: { ...status, conditions: [...others, scheduled] },
  };
}

const refuse = ({ metadata }: Pod, why: string): StatusError =>
  conflict({ resource: 'pods/binding' }, metadata.name!, why);
