// Waits for the workloads of manifests, one after another, as `kubectl rollout status` and `kubectl wait` would. Called by up.ts for `--wait`.
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ReplicationController } from '../../api/kinds/core/v1/replication-controller.ts';
import { type AnyResource, apiVersionOf } from '../../api/meta/v1/resource.ts';
import type { Of } from '../../api/schema/notation.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Manifest } from './manifests.ts';
import {
  daemonSetReadiness,
  deploymentReadiness,
  jobReadiness,
  podReadiness,
  type Readiness,
  replicasReadiness,
  statefulSetReadiness,
} from './readiness.ts';

interface Waited {
  readonly apiVersion: string;
  readonly kind: string;
  read(client: Client, name: string, namespace: string): Promise<Readiness>;
}

const waited = <K extends AnyResource>(kind: K, judge: (object: Of<K>) => Readiness): Waited => ({
  apiVersion: apiVersionOf(kind.resource),
  kind: kind.resource.kind,
  read: async (client, name, namespace) => judge(await client.get(kind, name, namespace)),
});

const KINDS: readonly Waited[] = [
  waited(Deployment, deploymentReadiness),
  waited(StatefulSet, statefulSetReadiness),
  waited(DaemonSet, daemonSetReadiness),
  waited(ReplicaSet, replicasReadiness),
  waited(ReplicationController, replicasReadiness),
  waited(Job, jobReadiness),
  waited(Pod, podReadiness),
];

export interface Awaiting {
  readonly client: Client;
  readonly clock: Clock;
  readonly limitMs: number;
  /** Called with what is waited for while it is. */
  readonly during: <T>(text: string, work: Promise<T>) => Promise<T>;
}

const POLL_MS = 200;

/** What is not ready in the end, one line each. */
export async function awaitReady(manifests: readonly Manifest[], awaiting: Awaiting): Promise<string[]> {
  const { clock, limitMs, during } = awaiting;
  const deadline = clock.monotonic() + limitMs;
  const unready: string[] = [];
  for (const { object } of manifests) {
    const kind = KINDS.find((one) => one.apiVersion === object.apiVersion && one.kind === object.kind);
    if (!kind) continue;
    const { name = '', namespace = 'default' } = object.metadata;
    const shown = `${object.kind.toLowerCase()}/${name}${namespace === 'default' ? '' : ` in ${namespace}`}`;
    const last = await during(shown, awaitOne(kind, name, namespace, deadline, awaiting));
    if (!last.done) unready.push(`${shown}: ${last.text}`);
  }
  return unready;
}

async function awaitOne(
  kind: Waited,
  name: string,
  namespace: string,
  deadline: number,
  { client, clock }: Awaiting,
): Promise<Readiness> {
  for (;;) {
    const now = await kind.read(client, name, namespace).catch(unread);
    if (now.done || now.failed || clock.monotonic() >= deadline) return now;
    await clock.sleep(POLL_MS);
  }
}

/** An API server that does not answer now is asked again. */
const unread = (error: unknown): Readiness =>
  isNotFound(error)
    ? { done: false, failed: true, text: 'it was deleted' }
    : { done: false, text: messageOf(error) };
