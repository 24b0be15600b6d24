// The workloads of the map: what pods have in common that one controller made. From the rows of the table of pods, which say little
// of each, and from the templates of workloads, which know ports, and are there when no pod is. Pure.
import type { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import { type NamedPort, namedPorts } from '../../../../api/network-policies/named-ports.ts';
import type { Labels } from '../../../../api/selectors/label-selector.ts';
import type { Place } from './place.ts';

export interface Workload {
  readonly id: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of its pods. */
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly ports: readonly NamedPort[];
  readonly ready: number;
  readonly total: number;
  /** Its pods are on their nodes' network: to policies they are no pods. */
  readonly hostNetwork: boolean;
  readonly place: Place;
}

/** A row of the table of pods. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly owner?: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** As in the columns READY, STATUS and IP. */
  readonly ready: string;
  readonly status: string;
  readonly ip: string;
}

/** A Deployment, StatefulSet or DaemonSet. */
export interface Template {
  readonly kind: keyof typeof PLURALS;
  readonly object: {
    readonly metadata: { readonly name?: string; readonly namespace?: string };
    readonly spec?: {
      readonly replicas?: number;
      readonly template?: { readonly metadata?: { readonly labels?: Labels }; readonly spec?: Pod['spec'] };
    };
  };
}

const PLURALS: Readonly<Record<string, readonly [group: string, version: string, plural: string]>> = {
  Deployment: ['apps', 'v1', 'deployments'],
  StatefulSet: ['apps', 'v1', 'statefulsets'],
  DaemonSet: ['apps', 'v1', 'daemonsets'],
  ReplicaSet: ['apps', 'v1', 'replicasets'],
  ReplicationController: ['', 'v1', 'replicationcontrollers'],
  Job: ['batch', 'v1', 'jobs'],
  Pod: ['', 'v1', 'pods'],
};

const HASH = 'pod-template-hash';

interface Draft {
  kind: string;
  namespace: string;
  name: string;
  labels: Labels;
  addresses: string[];
  ready: number;
  total: number;
  place: Place;
}

export function workloadsOf(pods: readonly PodFacts[], templates: readonly Template[]): Workload[] {
  const drafts = new Map<string, Draft>();
  const specs = new Map<string, Pod['spec']>();
  for (const { kind, object } of templates) {
    const { name = '', namespace = '' } = object.metadata;
    const { template, replicas = 1 } = object.spec ?? {};
    const id = `${kind}/${namespace}/${name}`;
    specs.set(id, template?.spec);
    if (replicas > 0) drafts.set(id, draft(kind, namespace, name, template?.metadata?.labels ?? {}));
  }
  for (const pod of pods) {
    if (pod.status === 'Completed' || pod.status === 'Succeeded') continue;
    const { kind, name } = ownerOf(pod);
    const id = `${kind}/${pod.namespace}/${name}`;
    const known = drafts.get(id) ?? draft(kind, pod.namespace, name, pod.labels, pod.owner?.apiVersion);
    drafts.set(id, known);
    const [up, wanted] = pod.ready.split('/');
    known.total++;
    if (up === wanted && pod.status === 'Running') known.ready++;
    if (pod.ip.includes('.') || pod.ip.includes(':')) known.addresses.push(pod.ip);
  }
  return [...drafts].map(([id, known]) => ({
    ...{ id, ...known },
    ports: namedPorts(specs.get(id)),
    hostNetwork: specs.get(id)?.hostNetwork === true,
  }));
}

/** The Deployment of a ReplicaSet is told by the pod itself: the set has its name and the hash of the template. */
function ownerOf({ owner, labels, name }: PodFacts): { readonly kind: string; readonly name: string } {
  if (!owner || owner.kind === 'Node') return { kind: 'Pod', name };
  const suffix = `-${labels[HASH]}`;
  if (owner.kind === 'ReplicaSet' && labels[HASH] && owner.name.endsWith(suffix))
    return { kind: 'Deployment', name: owner.name.slice(0, -suffix.length) };
  return { kind: owner.kind, name: owner.name };
}

function draft(kind: string, namespace: string, name: string, labels: Labels, apiVersion = ''): Draft {
  const slash = apiVersion.indexOf('/');
  const custom = [
    slash < 0 ? '' : apiVersion.slice(0, slash),
    apiVersion.slice(slash + 1),
    `${kind.toLowerCase()}s`,
  ] as const;
  const [group, version, plural] = PLURALS[kind] ?? custom;
  const place = { group, version, plural, namespace, name };
  return { kind, namespace, name, labels, addresses: [], ready: 0, total: 0, place };
}
