// Descriptions of StorageClasses, VolumeAttributesClasses and CSINodes.
import type { CSINode } from '../../../api/kinds/storage/v1/csi-node.ts';
import type { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import type { VolumeAttributesClass } from '../../../api/kinds/storage/v1/volume-attributes-class.ts';
import { findEvents, writeEvents } from '../events.ts';
import { mapText, writeClusterHead } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { listText, timeText, truthOrUnset } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';

const STORAGE = 'apis/storage.k8s.io/v1';
const DEFAULT_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export async function storageClass(subject: Subject): Promise<string> {
  const described = await readObject<StorageClass>(subject, STORAGE, 'storageclasses', false);
  const events = await findEvents(subject, described);
  const { metadata, mountOptions = [] } = described;
  const w = new DescriptionWriter();
  w.row(0, 'Name', metadata?.name ?? '');
  const isDefault = DEFAULT_ANNOTATIONS.some((key) => metadata?.annotations?.[key] === 'true');
  w.row(0, 'IsDefaultClass', isDefault ? 'Yes' : 'No');
  w.row(0, 'Annotations', mapText(metadata?.annotations));
  w.row(0, 'Provisioner', described.provisioner);
  w.row(0, 'Parameters', mapText(described.parameters));
  w.row(0, 'AllowVolumeExpansion', truthOrUnset(described.allowVolumeExpansion));
  w.write(0, mountOptions.length === 0 ? 'MountOptions:\t<none>\n' : 'MountOptions:\n');
  for (const option of mountOptions) w.write(1, `${option}\n`);
  if (described.reclaimPolicy) w.row(0, 'ReclaimPolicy', described.reclaimPolicy);
  if (described.volumeBindingMode) w.row(0, 'VolumeBindingMode', described.volumeBindingMode);
  if (described.allowedTopologies) writeTopologies(w, described.allowedTopologies);
  writeEvents(w, events, subject.now);
  return w.text();
}

function writeTopologies(
  w: DescriptionWriter,
  topologies: NonNullable<StorageClass['allowedTopologies']>,
): void {
  w.write(0, 'AllowedTopologies:\t');
  w.line(topologies.length === 0 ? '<none>' : '');
  for (const [i, { matchLabelExpressions = [] }] of topologies.entries()) {
    w.write(1, `Term ${i}:\t`);
    if (matchLabelExpressions.length === 0) w.line('<none>');
    for (const [j, { key, values = [] }] of matchLabelExpressions.entries()) {
      if (j > 0) w.write(1, '\t');
      w.line(`${key} in${values.length > 0 ? ` [${values.join(', ')}]` : ''}`);
    }
  }
}

export async function volumeAttributesClass(subject: Subject): Promise<string> {
  const described = await readObject<VolumeAttributesClass>(
    subject,
    STORAGE,
    'volumeattributesclasses',
    false,
  );
  const events = await findEvents(subject, described);
  const w = new DescriptionWriter();
  w.row(0, 'Name', described.metadata?.name ?? '');
  w.row(0, 'Annotations', mapText(described.metadata?.annotations));
  w.row(0, 'DriverName', described.driverName);
  w.row(0, 'Parameters', mapText(described.parameters));
  writeEvents(w, events, subject.now);
  return w.text();
}

export async function csiNode(subject: Subject): Promise<string> {
  const node = await readObject<CSINode>(subject, STORAGE, 'csinodes', false);
  const events = await findEvents(subject, node);
  const w = new DescriptionWriter();
  writeClusterHead(w, node);
  w.row(0, 'CreationTimestamp', timeText(node.metadata?.creationTimestamp));
  w.write(0, 'Spec:\n');
  const { drivers } = node.spec;
  if (drivers) w.write(1, 'Drivers:\n');
  for (const { name, nodeID, allocatable, topologyKeys } of drivers ?? []) {
    w.write(2, `${name}:\n`);
    w.row(3, 'Node ID', nodeID);
    if (allocatable?.count !== undefined) {
      w.write(3, 'Allocatables:\n');
      w.row(4, 'Count', allocatable.count);
    }
    if (topologyKeys) w.row(3, 'Topology Keys', listText(topologyKeys));
  }
  writeEvents(w, events, subject.now);
  return w.text();
}
