// The priorities of groups and versions, which decide about the order of discovery, and so which group `kubectl get NAME` refers
// to. Those of what other servers serve are in their APIServices.
// Upstream: pkg/controlplane/apiserver/aggregator.go and cmd/kube-apiserver/app/aggregator.go.

export interface Priority {
  /** groupPriorityMinimum: of a group's versions the highest counts. */
  readonly group: number;
  readonly version: number;
}

/** Higher than an APIService can have. */
export const FIRST: Priority = { group: 20_001, version: 1 };
/** Of groups that CustomResourceDefinitions define. */
export const CUSTOM: Priority = { group: 1000, version: 100 };

/** Of what this server measures itself, as in metrics-server's APIService: there is none here (apiserver/resource-metrics). */
const METRICS: Priority = { group: 100, version: 100 };

const GROUPS: Readonly<Record<string, number>> = {
  '': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'apiextensions.k8s.io': 16_700,
  'admissionregistration.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'resource.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100,
};

/** Where it is not that of its stage. */
const VERSIONS: Readonly<Record<string, number>> = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'flowcontrol.apiserver.k8s.io/v1': 21,
  'resource.k8s.io/v1': 21,
};

/** Undefined for a group that is not built in. */
export function builtInPriority(group: string, version: string): Priority | undefined {
  if (group === 'apiregistration.k8s.io') return FIRST;
  if (!Object.hasOwn(GROUPS, group)) return undefined;
  const key = `${group}/${version}`;
  const ofStage = /^v\d+$/.test(version) ? 15 : 9;
  return { group: GROUPS[group]!, version: Object.hasOwn(VERSIONS, key) ? VERSIONS[key]! : ofStage };
}

/** Of what this server serves, built in or not. */
export const localPriority = (group: string, version: string): Priority =>
  builtInPriority(group, version) ?? (group === 'metrics.k8s.io' ? METRICS : CUSTOM);
