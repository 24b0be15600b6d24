// One thing that is wrong, as the overview shows it: what it is about, what it is, and why. Pure.

/** `bad`: something does not work. `warn`: it may soon not, or part of it does not. */
export type Severity = 'bad' | 'warn';

/** The kind of an object, enough for a link to it. */
export interface KindName {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
}

export interface Finding {
  readonly severity: Severity;
  /** A word or two, as in kubectl's STATUS column or a condition's reason. */
  readonly reason: string;
  /** A sentence; may be empty. */
  readonly message: string;
  readonly of: KindName;
  /** Absent for an object that is in none. */
  readonly namespace?: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  /** Objects with the same trouble that this line stands for, itself included. */
  readonly count?: number;
}

const kind = (group: string, version: string, name: string, plural: string): KindName => ({
  ...{ group, version, kind: name, plural },
});

export const KINDS = {
  Pod: kind('', 'v1', 'Pod', 'pods'),
  Node: kind('', 'v1', 'Node', 'nodes'),
  Service: kind('', 'v1', 'Service', 'services'),
  Secret: kind('', 'v1', 'Secret', 'secrets'),
  ResourceQuota: kind('', 'v1', 'ResourceQuota', 'resourcequotas'),
  PersistentVolume: kind('', 'v1', 'PersistentVolume', 'persistentvolumes'),
  PersistentVolumeClaim: kind('', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  Deployment: kind('apps', 'v1', 'Deployment', 'deployments'),
  StatefulSet: kind('apps', 'v1', 'StatefulSet', 'statefulsets'),
  DaemonSet: kind('apps', 'v1', 'DaemonSet', 'daemonsets'),
  Job: kind('batch', 'v1', 'Job', 'jobs'),
  HorizontalPodAutoscaler: kind('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  APIService: kind('apiregistration.k8s.io', 'v1', 'APIService', 'apiservices'),
  ValidatingWebhookConfiguration: kind(
    ...([
      'admissionregistration.k8s.io',
      'v1',
      'ValidatingWebhookConfiguration',
      'validatingwebhookconfigurations',
    ] as const),
  ),
  MutatingWebhookConfiguration: kind(
    ...([
      'admissionregistration.k8s.io',
      'v1',
      'MutatingWebhookConfiguration',
      'mutatingwebhookconfigurations',
    ] as const),
  ),
} as const;

/** Milliseconds since the epoch; undefined for a time that is not told. */
export const timeOf = (text: string | undefined): number | undefined => {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};

const RANK: Readonly<Record<Severity, number>> = { bad: 0, warn: 1 };

/** What does not work first, in each half the latest first. */
export const bySeverity = (a: Finding, b: Finding): number =>
  RANK[a.severity] - RANK[b.severity] ||
  (b.since ?? 0) - (a.since ?? 0) ||
  `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`);
