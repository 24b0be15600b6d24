// Gives the files of a published volume to the pod's fsGroup, unless the driver does that or its CSIDriver forbids it.
// Upstream: supportsFSGroup in pkg/volume/csi/csi_mounter.go.
import { messageOf } from '../../../../kit/message-of.ts';
import { type Pod, podUid, specOf } from '../../../pod.ts';
import type { CsiEnvironment } from '../environment.ts';
import { targetPathOf } from '../paths.ts';
import type { CsiSource } from '../source.ts';

const WRITTEN_BY_ONE = ['ReadWriteOnce', 'ReadWriteOncePod'];

/** `policy` is the CSIDriver's fsGroupPolicy. Pure. */
export function takesGroup(source: CsiSource, policy = 'ReadWriteOnceWithFSType'): boolean {
  if (policy === 'None' || source.readOnly) return false;
  if (policy === 'File') return true;
  if (!source.fsType) return false;
  return source.isEphemeral || source.accessModes.some((mode) => WRITTEN_BY_ONE.includes(mode));
}

export async function applyGroup(environment: CsiEnvironment, pod: Pod, source: CsiSource): Promise<void> {
  const { fsGroup, fsGroupChangePolicy } = specOf(pod).securityContext ?? {};
  if (fsGroup === undefined) return;
  const { drivers, files, paths, clock, metrics } = environment;
  if (await drivers.get(source.driver).has('VOLUME_MOUNT_GROUP')) return;
  if (!takesGroup(source, (await environment.csiDriver(source.driver))?.spec.fsGroupPolicy)) return;
  const target = paths.file(targetPathOf(source, podUid(pod)));
  const began = clock.monotonic();
  const done = (ok: boolean) =>
    metrics.done(source.driver, 'volume_apply_access_control', ok, clock.monotonic() - began);
  try {
    await files.giveMounted(target, fsGroup, { unlessDone: fsGroupChangePolicy === 'OnRootMismatch' });
    done(true);
  } catch (error) {
    done(false);
    throw new Error(`applyFSGroup failed for vol ${source.handle}: ${messageOf(error)}`, { cause: error });
  }
}
