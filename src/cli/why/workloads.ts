// The pods of a workload, and what it says of itself: a ReplicaSet whose pods are refused has none that could be asked.
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { LabelSelector } from '../../api/meta/v1/label-selector.ts';
import { controllerOf, type HasMetadata, nameOf, uidOf } from '../../api/meta/v1/object.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import type { EventLine } from '../../api/why/event-line.ts';
import type { Client } from '../../client/client.ts';
import { warningsOf } from './events.ts';

const KINDS = { Deployment, ReplicaSet, StatefulSet, DaemonSet, Job } as const;

export type WorkloadKind = keyof typeof KINDS;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface WorkloadAccount {
  readonly workload: string;
  readonly conditions: readonly Condition[];
  readonly events: readonly EventLine[];
}

export interface Workload {
  /** The workload, and the ReplicaSets of a Deployment. */
  readonly accounts: readonly WorkloadAccount[];
  readonly pods: readonly Pod[];
}

const MOST_READ = 1_000;

export async function readWorkload(
  client: Client,
  kind: WorkloadKind,
  namespace: string,
  name: string,
): Promise<Workload> {
  const workload: Owner = await client.get(KINDS[kind], name, namespace);
  const labelSelector = labelSelectorOf(workload.spec?.selector).toString();
  const query = { namespace, labelSelector, limit: MOST_READ };
  const owners: [WorkloadKind, Owner][] = [[kind, workload]];
  if (kind === 'Deployment') {
    const { items } = await client.list(ReplicaSet, query);
    const own = items.filter((set) => controllerOf(set)?.uid === uidOf(workload) && set.spec?.replicas !== 0);
    for (const set of own) owners.push(['ReplicaSet', set]);
  }
  const uids = new Set(owners.map(([, owner]) => uidOf(owner)));
  const { items } = await client.list(Pod, query);
  const pods = items.filter((pod) => uids.has(controllerOf(pod)?.uid ?? ''));
  return { accounts: await Promise.all(owners.map((owner) => workloadAccount(client, ...owner))), pods };
}

interface Owner extends HasMetadata {
  readonly spec?: { readonly selector?: LabelSelector };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

const workloadAccount = async (
  client: Client,
  kind: WorkloadKind,
  object: Owner,
): Promise<WorkloadAccount> => ({
  workload: `${kind.toLowerCase()}/${nameOf(object)}`,
  conditions: (object.status?.conditions ?? []).filter(isBad),
  events: await warningsOf(client, object),
});

/** What a condition has to be to explain why pods are missing. */
const BAD: Readonly<Record<string, string>> = {
  ReplicaFailure: 'True',
  Failed: 'True',
  Suspended: 'True',
  Progressing: 'False',
};

const isBad = ({ type, status }: Condition): boolean => BAD[type] === status;
