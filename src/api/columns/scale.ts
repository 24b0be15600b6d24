// Columns of a Scale, which is no resource of its own: kubectl get --subresource=scale. Called by handlers/subresources/scale.ts.
// Cells follow k8s.io/kubernetes pkg/printers/internalversion.
import type { Scale } from '../kinds/autoscaling/v1/scale.ts';
import { type Cell, integer, since, text } from './printer.ts';

export const scaleColumns = [
  text('Name', 'Name of the object.'),
  integer('Desired', 'Desired number of replicas.'),
  integer('Available', 'Observed number of replicas.'),
  text('Age', 'Time since the object was created.'),
];

export const scaleRow = ({ metadata, spec, status }: Scale, now: number): Cell[] => [
  metadata?.name ?? '',
  spec?.replicas ?? 0,
  status?.replicas ?? 0,
  since(metadata?.creationTimestamp, now),
];
