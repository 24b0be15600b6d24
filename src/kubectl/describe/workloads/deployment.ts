// `kubectl describe deployment`, with the ReplicaSets that belong to it.
import { isDeepStrictEqual } from 'node:util';
import type { Deployment } from '../../../api/kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../../api/kinds/apps/v1/replica-set.ts';
import type { PodTemplateSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { findEvents, writeEvents } from '../events.ts';
import { selectorText, writeLabelsAndAnnotations, writeNames } from '../metadata.ts';
import { writePodTemplate } from '../pods/template.ts';
import { collectionPath, readAll, readObject, type Subject } from '../subject.ts';
import { byKey, timeText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';
import { writeConditions } from './conditions.ts';

export default async function describe(subject: Subject): Promise<string> {
  const deployment = await readObject<Deployment>(subject, 'apis/apps/v1', 'deployments');
  const events = await findEvents(subject, deployment);
  const sets = await replicaSetsOf(subject, deployment).catch(() => []);
  const { metadata, spec, status } = deployment;
  const w = new DescriptionWriter();
  writeNames(w, deployment);
  w.row(0, 'CreationTimestamp', timeText(metadata?.creationTimestamp));
  writeLabelsAndAnnotations(w, deployment);
  w.row(0, 'Selector', selectorText(spec?.selector));
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status ?? {};
  const counts = `${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`;
  w.row(0, 'Replicas', `${spec?.replicas ?? 1} desired | ${counts}`);
  w.row(0, 'StrategyType', spec?.strategy?.type ?? '');
  w.row(0, 'MinReadySeconds', spec?.minReadySeconds ?? 0);
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling)
    w.row(
      0,
      'RollingUpdateStrategy',
      `${rolling.maxUnavailable ?? 0} max unavailable, ${rolling.maxSurge ?? 0} max surge`,
    );
  writePodTemplate(w, spec?.template);
  writeConditions(w, status?.conditions);
  if (sets.length > 0) writeReplicaSets(w, deployment, sets);
  writeEvents(w, events, subject.now);
  return w.text();
}

async function replicaSetsOf(subject: Subject, { metadata, spec }: Deployment): Promise<ReplicaSet[]> {
  const query = { labelSelector: selectorText(spec?.selector) };
  const path = collectionPath('apis/apps/v1', 'replicasets', subject.namespace);
  const sets = await readAll<ReplicaSet>(subject, path, query);
  return sets
    .filter((set) =>
      set.metadata?.ownerReferences?.some((one) => one.controller && one.uid === metadata?.uid),
    )
    .sort(byKey((set) => `${set.metadata?.creationTimestamp} ${set.metadata?.name}`));
}

const HASH_LABEL = 'pod-template-hash';

function withoutHash(template: PodTemplateSpec | undefined): unknown {
  const { [HASH_LABEL]: _, ...labels } = template?.metadata?.labels ?? {};
  return JSON.parse(JSON.stringify({ ...template, metadata: { ...template?.metadata, labels } }));
}

function writeReplicaSets(w: DescriptionWriter, { spec }: Deployment, sets: readonly ReplicaSet[]): void {
  const template = withoutHash(spec?.template);
  const current = sets.find((set) => isDeepStrictEqual(withoutHash(set.spec?.template), template));
  const text = (some: readonly ReplicaSet[]) =>
    some
      .map(({ metadata, spec: { replicas = 1 } = {}, status }) => {
        return `${metadata?.name} (${status?.replicas ?? 0}/${replicas} replicas created)`;
      })
      .join(', ') || '<none>';
  w.row(0, 'OldReplicaSets', text(sets.filter((set) => set !== current)));
  w.row(0, 'NewReplicaSet', text(current ? [current] : []));
}
