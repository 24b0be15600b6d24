// How full a volume is, as its driver measures it. Upstream: pkg/volume/csi/csi_metrics.go.
import { nodeGetVolumeStats, type VolumeUsage } from '../../../csi/messages/node.ts';
import { podUid } from '../../pod.ts';
import type { VolumeRequest, VolumeStats } from '../plugin.ts';
import type { CsiEnvironment } from './environment.ts';
import { targetPathOf } from './paths.ts';
import { sourceOf } from './source.ts';

/** Undefined when the driver does not measure, or is not there. */
export async function volumeStats(
  { drivers, paths, isOn }: Pick<CsiEnvironment, 'drivers' | 'paths' | 'isOn'>,
  request: VolumeRequest,
): Promise<VolumeStats | undefined> {
  const source = sourceOf(request);
  const driver = drivers.find(source.driver);
  if (!driver || !(await driver.has('GET_VOLUME_STATS'))) return undefined;
  const tellsHealth = isOn('CSIVolumeHealth') && (await driver.has('VOLUME_CONDITION'));
  const { usage, volumeCondition: health } = await driver.call(nodeGetVolumeStats, {
    volumeId: source.handle,
    volumePath: paths.for(driver, targetPathOf(source, podUid(request.pod))),
    stagingTargetPath: '',
  });
  if (usage.length === 0 && !tellsHealth) return undefined;
  return Object.assign({}, ...usage.map(measured), tellsHealth && health && { health }) as VolumeStats;
}

function measured({ unit, available, total, used }: VolumeUsage): VolumeStats {
  if (unit === 'BYTES') return { usedBytes: used, capacityBytes: total, availableBytes: available };
  return unit === 'INODES' ? { inodesUsed: used, inodes: total, inodesFree: available } : {};
}
