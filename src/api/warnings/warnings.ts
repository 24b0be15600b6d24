// Warnings by kind: for pods and pod templates, names that become hostnames, and deprecated annotations.
// Called by the API server for every write that passed validation.

import { DaemonSet } from '../kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import { CronJob } from '../kinds/batch/v1/cron-job.ts';
import { Job } from '../kinds/batch/v1/job.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { PodTemplate } from '../kinds/core/v1/pod-template.ts';
import { ReplicationController } from '../kinds/core/v1/replication-controller.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { Ingress } from '../kinds/networking/v1/ingress.ts';
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import { ruledAs } from '../meta/v1/resource.ts';
import { isDNS1123Label } from '../validation/names.ts';
import { podWarnings, type Template } from './pod.ts';
import { serviceWarnings } from './service.ts';

/** `old` is the object that is being changed; undefined when one is created. */
export function warningsOf(kind: AnyResource, object: KubeObject, old?: KubeObject): string[] {
  return warners.get(ruledAs(kind))?.(object, old) ?? [];
}

type Warner = (object: KubeObject, old?: KubeObject) => string[];

const warnPod: Warner = (object, old) => [
  ...(old ? [] : nameWarnings(object, "this is used in the Pod's hostname")),
  ...podWarnings('', object as Template),
];

/** A template is checked on create, and when the spec changes. */
const ofTemplate =
  (...path: readonly string[]): Warner =>
  (object, old) => {
    if (old && old.metadata.generation === object.metadata.generation) return [];
    const template = at(object, path);
    return template ? podWarnings(`${path.join('.')}.`, template) : [];
  };

/** For kinds whose name is the prefix of the names of their pods. */
const ofNameAndTemplate = (...path: readonly string[]): Warner => {
  const warnTemplate = ofTemplate(...path);
  return (object, old) => [
    ...(old ? [] : nameWarnings(object, 'this is used in Pod names and hostnames')),
    ...warnTemplate(object, old),
  ];
};

function nameWarnings({ metadata }: KubeObject, use: string): string[] {
  const complaints = isDNS1123Label(metadata.name);
  if (complaints.length === 0) return [];
  return [
    `metadata.name: ${use}, which can result in surprising behavior; a DNS label is recommended: [${complaints.join(' ')}]`,
  ];
}

const INGRESS_CLASS = 'kubernetes.io/ingress.class';

const warnIngress: Warner = ({ metadata }, old) =>
  old || metadata.annotations?.[INGRESS_CLASS] === undefined
    ? []
    : [`annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`];

function at(object: KubeObject, path: readonly string[]): Template | undefined {
  let value: unknown = object;
  for (const step of path) value = (value as Record<string, unknown> | undefined)?.[step];
  return value as Template | undefined;
}

export const warners: ReadonlyMap<AnyResource, Warner> = new Map<AnyResource, Warner>([
  [Pod, warnPod],
  [PodTemplate, ofTemplate('template')],
  [ReplicationController, ofNameAndTemplate('spec', 'template')],
  [DaemonSet, ofTemplate('spec', 'template')],
  [Deployment, ofNameAndTemplate('spec', 'template')],
  [ReplicaSet, ofNameAndTemplate('spec', 'template')],
  [StatefulSet, ofTemplate('spec', 'template')],
  [CronJob, ofTemplate('spec', 'jobTemplate', 'spec', 'template')],
  [Job, ofNameAndTemplate('spec', 'template')],
  [Service, (object) => serviceWarnings(object as Service)],
  [Ingress, warnIngress],
]);
