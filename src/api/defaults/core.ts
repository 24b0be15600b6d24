// Defaults of other kinds of the core group that depend on other fields.
// Follows k8s.io/kubernetes pkg/apis/core/v1/defaults.go. Collected in rules.ts.
import { LimitRangeItem } from '../kinds/core/v1/limit-range.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { NodeStatus } from '../kinds/core/v1/node-status.ts';
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { ReplicationController } from '../kinds/core/v1/replication-controller.ts';
import { Service, ServiceSpec } from '../kinds/core/v1/service.ts';
import { type Entry, on } from './rule.ts';

export const coreRules: readonly Entry[] = [
  on(Service, defaultService),
  on(ServiceSpec, defaultServiceSpec),
  on(Namespace, defaultNamespace),
  on(NodeStatus, (status) => {
    if (!status.allocatable && status.capacity) status.allocatable = { ...status.capacity };
  }),
  on(LimitRangeItem, defaultLimitRangeItem),
  on(PersistentVolume, ({ spec }) => {
    if (!spec) return;
    spec.persistentVolumeReclaimPolicy ??= 'Retain';
    spec.volumeMode ??= 'Filesystem';
  }),
  on(ReplicationController, defaultReplicationController),
];

function defaultService({ spec, status }: Service): void {
  if (spec?.type !== 'LoadBalancer') return;
  for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
}

function defaultServiceSpec(spec: ServiceSpec): void {
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (
    spec.sessionAffinity === 'ClientIP' &&
    spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
  ) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } };
  }
  for (const port of spec.ports ?? []) if (!port.targetPort) port.targetPort = port.port;
  const balanced = spec.type === 'LoadBalancer';
  const reachable = balanced || spec.type === 'NodePort';
  if (reachable || (spec.type === 'ClusterIP' && spec.externalIPs?.length)) {
    spec.externalTrafficPolicy ??= 'Cluster';
  }
  if (reachable || spec.type === 'ClusterIP') spec.internalTrafficPolicy ??= 'Cluster';
  if (balanced) spec.allocateLoadBalancerNodePorts ??= true;
}

/** Generated names are not known yet; the strategy labels those. */
function defaultNamespace({ metadata }: Namespace): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
}

function defaultLimitRangeItem(item: LimitRangeItem): void {
  if (item.type !== 'Container') return;
  item.default = { ...item.max, ...item.default };
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
}

function defaultReplicationController({ metadata, spec }: ReplicationController): void {
  const labels = spec?.template?.metadata?.labels;
  if (!labels || !spec) return;
  if (!spec.selector || Object.keys(spec.selector).length === 0) spec.selector = { ...labels };
  if (!metadata.labels || Object.keys(metadata.labels).length === 0) metadata.labels = { ...labels };
}
