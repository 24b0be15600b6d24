// The workloads of tests. Each selects the pods of its template by the label `app`, which is its own name.
import type { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import type { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import { aPodTemplate, type PodSpec } from './pod.ts';

type SpecOf<T extends { spec?: unknown }> = Partial<NonNullable<T['spec']>>;

const named = (name: string) => ({ metadata: { name, namespace: 'default' } });
const selecting = (app: string, podSpec: Partial<PodSpec>) => ({
  selector: { matchLabels: { app } },
  template: aPodTemplate({ app }, podSpec),
});

export const aDeployment = (
  name: string,
  spec: SpecOf<Deployment> = {},
  podSpec: Partial<PodSpec> = {},
): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  ...named(name),
  spec: { replicas: 1, ...selecting(name, podSpec), ...spec },
});

export const aReplicaSet = (
  name: string,
  spec: SpecOf<ReplicaSet> = {},
  podSpec: Partial<PodSpec> = {},
): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  ...named(name),
  spec: { replicas: 1, ...selecting(name, podSpec), ...spec },
});

export const aStatefulSet = (
  name: string,
  spec: SpecOf<StatefulSet> = {},
  podSpec: Partial<PodSpec> = {},
): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  ...named(name),
  spec: { replicas: 1, serviceName: name, ...selecting(name, podSpec), ...spec },
});

export const aDaemonSet = (
  name: string,
  spec: SpecOf<DaemonSet> = {},
  podSpec: Partial<PodSpec> = {},
): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  ...named(name),
  spec: { ...selecting(name, podSpec), ...spec },
});

/** Its pods are not restarted; the server gives it a selector. */
export const aJob = (name: string, spec: SpecOf<Job> = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  ...named(name),
  spec: { template: aPodTemplate({}, { restartPolicy: 'Never' }), ...spec },
});
