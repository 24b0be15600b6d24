// Descriptions of what keeps a number of equal pods: ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets.
import type { DaemonSet } from '../../../api/kinds/apps/v1/daemon-set.ts';
import type { ReplicaSet } from '../../../api/kinds/apps/v1/replica-set.ts';
import type { StatefulSet } from '../../../api/kinds/apps/v1/stateful-set.ts';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { ReplicationController } from '../../../api/kinds/core/v1/replication-controller.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { findEvents, writeEvents } from '../events.ts';
import {
  mapText,
  selectorOrNone,
  selectorText,
  writeController,
  writeLabels,
  writeLabelsAndAnnotations,
  writeNames,
} from '../metadata.ts';
import { writePodTemplate } from '../pods/template.ts';
import { classOf } from '../storage/claim-fields.ts';
import { readObject, type Subject } from '../subject.ts';
import { listText, quantityText, timeText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';
import { writeConditions } from './conditions.ts';
import { podsStatus } from './pods-of.ts';

export async function replicaSet(subject: Subject): Promise<string> {
  const set = await readObject<ReplicaSet>(subject, 'apis/apps/v1', 'replicasets');
  const { metadata, spec, status } = set;
  const pods = await podsStatus(subject, metadata?.uid, spec?.selector).catch(
    (error: unknown) => `error in fetching pods: ${messageOf(error)}`,
  );
  const events = await findEvents(subject, set);
  const w = new DescriptionWriter();
  writeNames(w, set);
  w.row(0, 'Selector', selectorOrNone(spec?.selector));
  writeLabelsAndAnnotations(w, set);
  writeController(w, set);
  w.row(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 1} desired`);
  w.row(0, 'Pods Status', pods);
  writePodTemplate(w, spec?.template);
  writeConditions(w, status?.conditions);
  writeEvents(w, events, subject.now);
  return w.text();
}

export async function replicationController(subject: Subject): Promise<string> {
  const controller = await readObject<ReplicationController>(subject, 'api/v1', 'replicationcontrollers');
  const { metadata, spec, status } = controller;
  const pods = await podsStatus(subject, metadata?.uid, { matchLabels: spec?.selector ?? {} });
  const events = await findEvents(subject, controller);
  const w = new DescriptionWriter();
  writeNames(w, controller);
  w.row(0, 'Selector', mapText(spec?.selector));
  writeLabelsAndAnnotations(w, controller);
  w.row(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 1} desired`);
  w.row(0, 'Pods Status', pods);
  writePodTemplate(w, spec?.template);
  writeConditions(w, status?.conditions);
  writeEvents(w, events, subject.now);
  return w.text();
}

export async function daemonSet(subject: Subject): Promise<string> {
  const daemon = await readObject<DaemonSet>(subject, 'apis/apps/v1', 'daemonsets');
  const { metadata, spec, status } = daemon;
  const pods = await podsStatus(subject, metadata?.uid, spec?.selector);
  const events = await findEvents(subject, daemon);
  const w = new DescriptionWriter();
  writeNames(w, daemon);
  w.row(0, 'Selector', selectorText(spec?.selector));
  w.row(0, 'Node-Selector', mapText(spec?.template.spec?.nodeSelector));
  writeLabelsAndAnnotations(w, daemon);
  const counts: readonly (readonly [string, number | undefined])[] = [
    ['Desired Number of Nodes Scheduled', status?.desiredNumberScheduled],
    ['Current Number of Nodes Scheduled', status?.currentNumberScheduled],
    ['Number of Nodes Scheduled with Up-to-date Pods', status?.updatedNumberScheduled],
    ['Number of Nodes Scheduled with Available Pods', status?.numberAvailable],
    ['Number of Nodes Misscheduled', status?.numberMisscheduled],
  ];
  for (const [label, count = 0] of counts) w.line(`${label}: ${count}`);
  w.row(0, 'Pods Status', pods);
  writePodTemplate(w, spec?.template);
  writeEvents(w, events, subject.now);
  return w.text();
}

export async function statefulSet(subject: Subject): Promise<string> {
  const set = await readObject<StatefulSet>(subject, 'apis/apps/v1', 'statefulsets');
  const { metadata, spec, status } = set;
  const pods = await podsStatus(subject, metadata?.uid, spec?.selector);
  const events = await findEvents(subject, set);
  const w = new DescriptionWriter();
  writeNames(w, set);
  w.row(0, 'CreationTimestamp', timeText(metadata?.creationTimestamp));
  w.row(0, 'Selector', selectorText(spec?.selector));
  writeLabelsAndAnnotations(w, set);
  w.row(0, 'Replicas', `${spec?.replicas ?? 1} desired | ${status?.replicas ?? 0} total`);
  w.row(0, 'Update Strategy', spec?.updateStrategy?.type ?? '');
  const { partition, maxUnavailable } = spec?.updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) {
    w.row(1, 'Partition', partition);
    if (maxUnavailable !== undefined) w.row(1, 'MaxUnavailable', maxUnavailable);
  }
  w.row(0, 'Pods Status', pods);
  writePodTemplate(w, spec?.template);
  writeClaimTemplates(w, spec?.volumeClaimTemplates ?? []);
  writeEvents(w, events, subject.now);
  return w.text();
}

function writeClaimTemplates(w: DescriptionWriter, templates: readonly PersistentVolumeClaim[]): void {
  w.write(0, templates.length === 0 ? 'Volume Claims:\t<none>\n' : 'Volume Claims:\n');
  for (const claim of templates) {
    const { metadata, spec } = claim;
    w.row(1, 'Name', metadata?.name ?? '');
    w.row(1, 'StorageClass', classOf(claim));
    writeLabels(w, 'Labels', metadata?.labels, '  ');
    writeLabels(w, 'Annotations', metadata?.annotations, '  ');
    const capacity = spec?.resources?.requests?.storage;
    w.row(1, 'Capacity', capacity === undefined ? '<default>' : quantityText(capacity));
    w.row(1, 'Access Modes', listText(spec?.accessModes));
  }
}
