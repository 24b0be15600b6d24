// The kubelet's metrics of claims, as Prometheus text. Pure; part of the page /metrics.
// Upstream: pkg/kubelet/metrics/collectors/volume_stats.go.
import type { Sample } from '../../kit/metrics.ts';
import { metricText } from '../../kit/metrics.ts';
import type { VolumeSummary } from './summary.ts';

const FAMILIES: readonly (readonly [name: string, help: string, read: (volume: VolumeSummary) => number])[] =
  [
    ['capacity_bytes', 'Capacity in bytes of the volume', (volume) => volume.capacityBytes],
    ['available_bytes', 'Number of available bytes in the volume', (volume) => volume.availableBytes],
    ['used_bytes', 'Number of used bytes in the volume', (volume) => volume.usedBytes],
    ['inodes', 'Maximum number of inodes in the volume', (volume) => volume.inodes],
    ['inodes_free', 'Number of free inodes in the volume', (volume) => volume.inodesFree],
    ['inodes_used', 'Number of used inodes in the volume', (volume) => volume.inodesUsed],
  ];

/** Each claim once, however many pods use it. */
export function claimMetrics(volumes: Iterable<VolumeSummary>): string {
  const claims = new Map<string, VolumeSummary>();
  for (const volume of volumes)
    if (volume.pvcRef) claims.set(`${volume.pvcRef.namespace}/${volume.pvcRef.name}`, volume);
  if (claims.size === 0) return '';
  return FAMILIES.map(([name, help, read]) => {
    const samples = [...claims.values()].map((volume): Sample => [labelsOf(volume), read(volume)]);
    return metricText(`kubelet_volume_stats_${name}`, 'gauge', help, samples);
  }).join('');
}

const labelsOf = ({ pvcRef }: VolumeSummary) => ({
  namespace: pvcRef!.namespace,
  persistentvolumeclaim: pvcRef!.name,
});
