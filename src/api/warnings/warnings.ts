// Which kinds are warned of what: pods, everything with a pod template, names that become hostnames, old annotations.
// The API server calls warningsOf for every write that passed validation.
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import { isDNS1123Label } from '../validation/names.ts';
import { podWarnings, type Template } from './pod.ts';

type Path = readonly string[];

/** Where kinds keep their pod template. */
const TEMPLATES: Readonly<Record<string, Path>> = {
  '/PodTemplate': ['template'],
  '/ReplicationController': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch/Job': ['spec', 'template'],
};

const IN_POD_NAMES = 'this is used in Pod names and hostnames, which can result in surprising behavior';
const NAMES: Readonly<Record<string, string>> = {
  '/Pod': "this is used in the Pod's hostname, which can result in surprising behavior",
  '/ReplicationController': IN_POD_NAMES,
  'apps/Deployment': IN_POD_NAMES,
  'apps/ReplicaSet': IN_POD_NAMES,
  'batch/Job': IN_POD_NAMES,
};

/** `old` is the object that is being changed. */
export function warningsOf({ resource }: AnyResource, object: KubeObject, old?: KubeObject): string[] {
  const key = `${resource.group}/${resource.kind}`;
  if (key === '/Pod')
    return [...(old ? [] : nameWarnings(key, object)), ...podWarnings('', object as Template)];
  if (key === 'networking.k8s.io/Ingress') return old ? [] : ingressWarnings(object);
  const path = TEMPLATES[key];
  if (!path || (old && old.metadata.generation === object.metadata.generation)) return [];
  const template = at(object, path);
  return [
    ...(old ? [] : nameWarnings(key, object)),
    ...(template ? podWarnings(`${path.join('.')}.`, template) : []),
  ];
}

function nameWarnings(key: string, { metadata }: KubeObject): string[] {
  const why = NAMES[key];
  const complaints = why ? isDNS1123Label(metadata.name) : [];
  if (complaints.length === 0) return [];
  return [`metadata.name: ${why}; a DNS label is recommended: [${complaints.join(' ')}]`];
}

const INGRESS_CLASS = 'kubernetes.io/ingress.class';

const ingressWarnings = ({ metadata }: KubeObject): string[] =>
  metadata.annotations?.[INGRESS_CLASS] === undefined
    ? []
    : [`annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`];

function at(object: KubeObject, path: Path): Template | undefined {
  let value: unknown = object;
  for (const step of path) value = (value as Record<string, unknown> | undefined)?.[step];
  return value as Template | undefined;
}
