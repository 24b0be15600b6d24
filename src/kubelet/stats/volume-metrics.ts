// The kubelet's metrics of claims and of volumes in general, as Prometheus text. Pure; part of the page /metrics.
// Upstream: pkg/kubelet/metrics/collectors/volume_stats.go and pkg/kubelet/volumemanager/metrics.
import type { Sample } from '../../kit/metrics.ts';
import { metricText } from '../../kit/metrics.ts';
import type { VolumeCounts } from '../volumes/volume-manager.ts';
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

const HEALTH =
  'Abnormal volume health status. The count is either 1 or 0. 1 indicates the volume is unhealthy, 0 indicates volume is healthy';

/** Each claim once, however many pods use it. */
export function claimMetrics(volumes: Iterable<VolumeSummary>): string {
  const claims = new Map<string, VolumeSummary>();
  for (const volume of volumes)
    if (volume.pvcRef) claims.set(`${volume.pvcRef.namespace}/${volume.pvcRef.name}`, volume);
  if (claims.size === 0) return '';
  const family = (name: string, help: string, samples: Sample[]) =>
    metricText(`kubelet_volume_stats_${name}`, 'gauge', help, samples);
  const measured = FAMILIES.map(([name, help, read]) =>
    family(
      name,
      help,
      [...claims.values()].map((volume) => [labelsOf(volume), read(volume)]),
    ),
  );
  const health = [...claims.values()].flatMap((volume): Sample[] =>
    volume.volumeHealthStats ? [[labelsOf(volume), Number(volume.volumeHealthStats.abnormal)]] : [],
  );
  return measured.join('') + (health.length > 0 ? family('health_status_abnormal', HEALTH, health) : '');
}

const labelsOf = ({ pvcRef }: VolumeSummary) => ({
  namespace: pvcRef!.namespace,
  persistentvolumeclaim: pvcRef!.name,
});

export function managerMetrics({ actual, desired }: VolumeCounts): string {
  const samples = (state: string, counts: ReadonlyMap<string, number>) =>
    [...counts].map(([plugin_name, count]): Sample => [{ plugin_name, state }, count]);
  return metricText('volume_manager_total_volumes', 'gauge', '[ALPHA] Number of volumes in Volume Manager', [
    ...samples('actual_state_of_world', actual),
    ...samples('desired_state_of_world', desired),
  ]);
}
