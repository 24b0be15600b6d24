// `kubectl describe pod`.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { qosClassOf } from '../../../api/pods/qos-class.ts';
import { MIRROR_ANNOTATION } from '../../../api/pods/references.ts';
import { findEvents, writeEvents } from '../events.ts';
import { writeController, writeLabels, writeLabelsAndAnnotations, writeNames } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { ageText, timeText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';
import { writeContainers, writeResources } from './containers.ts';
import { fieldsOfPod } from './environment.ts';
import { writeSchedulingGroup, writeSpreading, writeTolerations } from './placement.ts';
import { writeVolumes } from './volumes.ts';

export default async function describe(subject: Subject): Promise<string> {
  const pod = await readObject<Pod>(subject, 'api/v1', 'pods');
  const { name, namespace, uid, annotations } = pod.metadata ?? {};
  // The kubelet reports events of a static pod with the identity that it gave it.
  const metadata = { name, namespace, uid: annotations?.[MIRROR_ANNOTATION] ?? uid };
  const events = await findEvents(subject, { metadata });
  const w = new DescriptionWriter();
  writeIdentity(w, pod);
  writeState(w, pod, subject.now);
  writeAllContainers(w, pod);
  writeConditions(w, pod);
  const { spec } = pod;
  writeVolumes(w, spec?.volumes);
  w.row(0, 'QoS Class', qosClassOf(pod));
  writeLabels(w, 'Node-Selectors', spec?.nodeSelector);
  writeTolerations(w, 'Tolerations', spec?.tolerations);
  writeSpreading(w, spec?.topologySpreadConstraints);
  writeSchedulingGroup(w, spec?.schedulingGroup);
  writeEvents(w, events, subject.now);
  return w.text();
}

function writeIdentity(w: DescriptionWriter, pod: Pod): void {
  const { spec, status } = pod;
  writeNames(w, pod);
  if (spec?.priority !== undefined) w.row(0, 'Priority', spec.priority);
  if (spec?.priorityClassName) w.row(0, 'Priority Class Name', spec.priorityClassName);
  if (spec?.runtimeClassName) w.row(0, 'Runtime Class Name', spec.runtimeClassName);
  if (spec?.serviceAccountName) w.row(0, 'Service Account', spec.serviceAccountName);
  w.row(0, 'Node', spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>');
  if (status?.startTime) w.row(0, 'Start Time', timeText(status.startTime));
  writeLabelsAndAnnotations(w, pod);
}

function writeState(w: DescriptionWriter, pod: Pod, now: number): void {
  const { metadata, spec, status } = pod;
  const { phase = '' } = status ?? {};
  if (metadata?.deletionTimestamp && phase !== 'Failed' && phase !== 'Succeeded') {
    w.row(0, 'Status', `Terminating (lasts ${ageText(metadata.deletionTimestamp, now)})`);
    w.row(0, 'Termination Grace Period', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else w.row(0, 'Status', phase);
  if (status?.reason) w.row(0, 'Reason', status.reason);
  if (status?.message) w.row(0, 'Message', status.message);
  const profile = spec?.securityContext?.seccompProfile;
  if (profile) w.row(0, 'SeccompProfile', profile.type);
  if (profile?.type === 'Localhost') w.row(0, 'LocalhostProfile', profile.localhostProfile ?? '');
  w.row(0, 'IP', status?.podIP ?? '');
  const ips = status?.podIPs ?? [];
  w.write(0, ips.length === 0 ? 'IPs:\t<none>\n' : 'IPs:\n');
  for (const { ip } of ips) w.row(1, 'IP', ip);
  writeController(w, pod);
  if (status?.nominatedNodeName) w.row(0, 'NominatedNodeName', status.nominatedNodeName);
}

function writeAllContainers(w: DescriptionWriter, pod: Pod): void {
  const { spec, status } = pod;
  const fieldOf = fieldsOfPod(pod);
  if (spec?.resources) {
    w.write(0, 'Resources:\n');
    writeResources(w, spec.resources, 1);
  }
  if (spec?.initContainers?.length)
    writeContainers(w, {
      label: 'Init Containers',
      containers: spec.initContainers,
      statuses: status?.initContainerStatuses,
      fieldOf,
    });
  writeContainers(w, {
    label: 'Containers',
    containers: spec?.containers ?? [],
    statuses: status?.containerStatuses,
    fieldOf,
  });
  if (spec?.ephemeralContainers?.length)
    writeContainers(w, {
      label: 'Ephemeral Containers',
      containers: spec.ephemeralContainers,
      statuses: status?.ephemeralContainerStatuses,
      fieldOf,
    });
}

function writeConditions(w: DescriptionWriter, { spec, status }: Pod): void {
  const conditions = status?.conditions ?? [];
  const gates = spec?.readinessGates ?? [];
  if (gates.length > 0) w.write(0, 'Readiness Gates:\n  Type\tStatus\n');
  for (const { conditionType } of gates) {
    const found = conditions.find(({ type }) => type === conditionType);
    w.write(1, `${conditionType} \t${found?.status ?? '<none>'} \n`);
  }
  if (conditions.length > 0) w.write(0, 'Conditions:\n  Type\tStatus\n');
  for (const condition of conditions) w.write(1, `${condition.type} \t${condition.status} \n`);
}
