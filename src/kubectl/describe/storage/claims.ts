// Descriptions of PersistentVolumeClaims, with the pods that use them, and of PersistentVolumes.
import type { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { findEvents, writeEvents } from '../events.ts';
import { writeClusterHead, writeLines } from '../metadata.ts';
import { writeVolumeSource } from '../pods/volume-sources.ts';
import { collectionPath, readAll, readObject, type Subject } from '../subject.ts';
import { ageText, listText, quantityText, timeText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';
import { accessModesText, classOf, writeClaimFields } from './claim-fields.ts';

export async function claim(subject: Subject): Promise<string> {
  const described = await readObject<PersistentVolumeClaim>(subject, 'api/v1', 'persistentvolumeclaims');
  const pods = await podsWith(subject, described);
  const events = await findEvents(subject, described);
  const w = new DescriptionWriter();
  writeClaimFields(w, described, subject.now);
  writeLines(w, 'Used By', pods.map(({ metadata }) => metadata?.name ?? '').sort());
  const conditions = described.status?.conditions ?? [];
  if (conditions.length > 0) {
    w.write(0, 'Conditions:\n');
    w.cells(1, 'Type', 'Status', 'LastProbeTime', 'LastTransitionTime', 'Reason', 'Message');
    w.cells(1, '----', '------', '-----------------', '------------------', '------', '-------');
  }
  for (const { type, status, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions)
    w.write(
      1,
      `${type} \t${status} \t${timeText(lastProbeTime)} \t${timeText(lastTransitionTime)} \t${reason} \t${message}\n`,
    );
  writeEvents(w, events, subject.now);
  return w.text();
}

/** Those that mount the claim, and those that own it. */
async function podsWith(subject: Subject, { metadata }: PersistentVolumeClaim): Promise<Pod[]> {
  const pods = await readAll<Pod>(subject, collectionPath('api/v1', 'pods', subject.namespace));
  const owners = new Set(
    (metadata?.ownerReferences ?? []).flatMap(({ kind, uid }) => (kind === 'Pod' ? [uid] : [])),
  );
  return pods.filter(
    (pod) =>
      owners.has(pod.metadata?.uid ?? '') ||
      pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata?.name),
  );
}

export async function volume(subject: Subject): Promise<string> {
  const described = await readObject<PersistentVolume>(subject, 'api/v1', 'persistentvolumes', false);
  const events = await findEvents(subject, described);
  const { metadata, spec, status } = described;
  const w = new DescriptionWriter();
  writeClusterHead(w, described);
  w.row(0, 'Finalizers', listText(metadata?.finalizers));
  w.row(0, 'StorageClass', classOf(described));
  const { deletionTimestamp } = metadata ?? {};
  const phase = deletionTimestamp
    ? `Terminating (lasts ${ageText(deletionTimestamp, subject.now)})`
    : status?.phase;
  w.row(0, 'Status', phase ?? '');
  w.row(0, 'Claim', spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '');
  w.row(0, 'Reclaim Policy', spec?.persistentVolumeReclaimPolicy ?? '');
  w.row(0, 'Access Modes', accessModesText(spec?.accessModes));
  if (spec?.volumeMode) w.row(0, 'VolumeMode', spec.volumeMode);
  w.row(0, 'Capacity', quantityText(spec?.capacity?.storage));
  writeNodeAffinity(w, described);
  w.row(0, 'Message', status?.message ?? '');
  w.write(0, 'Source:\n');
  writeVolumeSource(w, spec ?? {}, true);
  writeEvents(w, events, subject.now);
  return w.text();
}

function writeNodeAffinity(w: DescriptionWriter, { spec }: PersistentVolume): void {
  const required = spec?.nodeAffinity?.required;
  w.write(0, 'Node Affinity:\t');
  w.line(required ? '' : '<none>');
  if (!required) return;
  w.write(1, 'Required Terms:\t');
  const terms = required.nodeSelectorTerms ?? [];
  w.line(terms.length === 0 ? '<none>' : '');
  for (const [i, { matchExpressions = [] }] of terms.entries()) {
    w.write(2, `Term ${i}:\t`);
    if (matchExpressions.length === 0) w.line('<none>');
    for (const [j, { key, operator, values = [] }] of matchExpressions.entries()) {
      if (j > 0) w.write(2, '\t');
      w.line(`${key} ${operator.toLowerCase()}${values.length > 0 ? ` [${values.join(', ')}]` : ''}`);
    }
  }
}
