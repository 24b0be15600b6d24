// Volumes in the description of a pod or of a pod template.
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import { writeClaimFields } from '../storage/claim-fields.ts';
import { type DescriptionWriter, NestedWriter } from '../writer.ts';
import { writeVolumeSource } from './volume-sources.ts';

export function writeVolumes(w: DescriptionWriter, volumes: readonly Volume[] = [], indent = ''): void {
  if (volumes.length === 0) {
    w.write(0, `${indent}Volumes:\t<none>\n`);
    return;
  }
  w.write(0, `${indent}Volumes:\n`);
  for (const { name, ...source } of volumes) {
    w.write(1, `${indent && ' '}${name}:\n`);
    if (writeVolumeSource(w, source) !== 'ephemeral') continue;
    const template = source.ephemeral?.volumeClaimTemplate;
    if (template) writeClaimFields(new NestedWriter(w, 2), template, undefined);
  }
}
