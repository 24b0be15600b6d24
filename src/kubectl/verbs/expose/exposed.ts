// What `expose` takes over from the object: the selector of its pods, its ports and their protocols. Pure.
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { goValue } from '../../../api/status/go-value.ts';

type Labels = Readonly<Record<string, string>>;

/** What expose reads of a pod, a Service, a ReplicationController, a Deployment or a ReplicaSet. */
export interface Exposable {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly labels?: Labels };
  readonly spec?: unknown;
}

type ServiceLike = { selector?: Labels; ports?: { port: number; protocol?: string }[] };
type WorkloadLike = {
  selector?: { matchLabels?: Labels; matchExpressions?: unknown[] };
  template?: { spec?: PodSpec };
};

const KINDS = new Set(['ReplicationController', 'Service', 'Pod', 'Deployment.apps', 'ReplicaSet.apps']);

export function checkExposable(group: string, kind: string): void {
  const named = group === '' ? kind : `${kind}.${group}`;
  if (!KINDS.has(named)) throw new Error(`cannot expose a ${named}`);
}

export function selectorOf({ kind, metadata, spec }: Exposable): Labels {
  switch (kind) {
    case 'Pod': {
      const { labels = {} } = metadata ?? {};
      if (Object.keys(labels).length === 0) throw new Error('the pod has no labels and cannot be exposed');
      return labels;
    }
    case 'Service': {
      const { selector } = (spec ?? {}) as ServiceLike;
      if (!selector) throw new Error('the service has no pod selector set');
      return selector;
    }
    case 'ReplicationController':
      return ((spec ?? {}) as ServiceLike).selector ?? {};
    default:
      return selectorOfWorkload(
        kind === 'ReplicaSet' ? 'replicaSet' : 'deployment',
        (spec ?? {}) as WorkloadLike,
      );
  }
}

function selectorOfWorkload(what: string, { selector }: WorkloadLike): Labels {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  if (Object.keys(matchLabels).length === 0)
    throw new Error(`invalid ${what}: no selectors, therefore cannot be exposed`);
  if (matchExpressions.length > 0)
    throw new Error(
      `couldn't convert expressions - "${goValue(matchExpressions)}" to map-based selector format`,
    );
  return matchLabels;
}

/** Each port once, in order, with its protocols. */
export function portsOf({ kind, spec }: Exposable): Map<number, string[]> {
  const ports = new Map<number, string[]>();
  const add = (port: number, protocol = 'TCP') => ports.set(port, [...(ports.get(port) ?? []), protocol]);
  if (kind === 'Service')
    for (const { port, protocol } of ((spec ?? {}) as ServiceLike).ports ?? []) add(port, protocol);
  else {
    const pod =
      kind === 'Pod' ? (spec as PodSpec | undefined) : ((spec ?? {}) as WorkloadLike).template?.spec;
    for (const container of pod?.containers ?? [])
      for (const { containerPort, protocol } of container.ports ?? []) add(containerPort, protocol);
  }
  return ports;
}
