// The fields of a PersistentVolumeClaim, and of a template for one, which has no name and no status.
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { writeLabelsAndAnnotations, writeNames } from '../metadata.ts';
import { ageText, listText, quantityText } from '../values.ts';
import type { DescriptionWriter } from '../writer.ts';

type Claim = Partial<Pick<PersistentVolumeClaim, 'metadata' | 'spec' | 'status'>>;

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

interface Classed {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> | undefined } | undefined;
  readonly spec?: { readonly storageClassName?: string | undefined } | undefined;
}

/** The class of a claim or of a volume. */
export const classOf = ({ metadata, spec }: Classed): string =>
  metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '';

const MODES: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

export const accessModesText = (modes: readonly string[] = []): string =>
  MODES.flatMap(([mode, short]) => (modes.includes(mode) ? [short] : [])).join(',');

/** `now`: undefined for a template. */
export function writeClaimFields(w: DescriptionWriter, claim: Claim, now: number | undefined): void {
  const { metadata, spec, status } = claim;
  if (now !== undefined) writeNames(w, claim);
  w.row(0, 'StorageClass', classOf(claim));
  if (now !== undefined) {
    const { deletionTimestamp } = metadata ?? {};
    const phase = deletionTimestamp
      ? `Terminating (lasts ${ageText(deletionTimestamp, now)})`
      : status?.phase;
    w.row(0, 'Status', phase ?? '');
  }
  w.row(0, 'Volume', spec?.volumeName ?? '');
  writeLabelsAndAnnotations(w, claim);
  if (now !== undefined) w.row(0, 'Finalizers', listText(metadata?.finalizers));
  const isBound = Boolean(spec?.volumeName);
  w.row(0, 'Capacity', isBound ? quantityText(status?.capacity?.storage) : '');
  w.row(0, 'Access Modes', isBound ? accessModesText(status?.accessModes) : '');
  if (spec?.volumeMode) w.row(0, 'VolumeMode', spec.volumeMode);
  const source = spec?.dataSource;
  if (!source) return;
  w.write(0, 'DataSource:\n');
  if (source.apiGroup !== undefined) w.row(1, 'APIGroup', source.apiGroup);
  w.row(1, 'Kind', source.kind);
  w.row(1, 'Name', source.name);
}
