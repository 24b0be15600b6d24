// The template of pods, in descriptions of workloads and in the history of rollouts.
import type { PodTemplateSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { writeAnnotations, writeLabels } from '../metadata.ts';
import { DescriptionWriter } from '../writer.ts';
import { writeContainers } from './containers.ts';
import { writeSchedulingGroup, writeSpreading, writeTolerations } from './placement.ts';
import { writeVolumes } from './volumes.ts';

export function writePodTemplate(w: DescriptionWriter, template: PodTemplateSpec | undefined): void {
  w.write(0, 'Pod Template:\n');
  if (!template) {
    w.write(1, '<unset>');
    return;
  }
  const { metadata, spec } = template;
  writeLabels(w, '  Labels', metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0)
    writeAnnotations(w, '  Annotations', metadata?.annotations);
  if (spec?.serviceAccountName) w.row(1, 'Service Account', spec.serviceAccountName);
  if (spec?.initContainers?.length)
    writeContainers(w, { label: 'Init Containers', containers: spec.initContainers, indent: '  ' });
  writeContainers(w, { label: 'Containers', containers: spec?.containers ?? [], indent: '  ' });
  writeVolumes(w, spec?.volumes, '  ');
  writeSpreading(w, spec?.topologySpreadConstraints, '  ');
  if (spec?.priorityClassName) w.row(1, 'Priority Class Name', spec.priorityClassName);
  writeLabels(w, '  Node-Selectors', spec?.nodeSelector);
  writeTolerations(w, '  Tolerations', spec?.tolerations);
  writeSchedulingGroup(w, spec?.schedulingGroup, '  ');
}

/** The template alone, as `rollout history --revision` shows it. */
export function describePodTemplate(template: PodTemplateSpec | undefined): string {
  const w = new DescriptionWriter();
  writePodTemplate(w, template);
  return w.text();
}
