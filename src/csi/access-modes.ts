// Kubernetes' access modes as CSI has them: one mode per volume. Called by the kubelet and the CSI controllers.
// Upstream: accessmodes of csi-lib-utils.
import type { CsiAccessMode } from './messages/volume.ts';

/** `tellsPodsApart`: the driver has the capability SINGLE_NODE_MULTI_WRITER. Throws if there is no such mode. */
export function accessModeOf(modes: readonly string[], tellsPodsApart: boolean): CsiAccessMode {
  const has = (mode: string) => modes.includes(mode);
  if (has('ReadWriteMany')) return 'MULTI_NODE_MULTI_WRITER';
  if (has('ReadOnlyMany') && has('ReadWriteOnce'))
    throw new Error('CSI does not support ReadOnlyMany and ReadWriteOnce on the same PersistentVolume');
  if (has('ReadWriteOncePod') && modes.length > 1)
    throw new Error(
      'Kubernetes does not support use of ReadWriteOncePod with other access modes on the same PersistentVolume',
    );
  if (has('ReadOnlyMany')) return 'MULTI_NODE_READER_ONLY';
  if (has('ReadWriteOnce')) return tellsPodsApart ? 'SINGLE_NODE_MULTI_WRITER' : 'SINGLE_NODE_WRITER';
  if (has('ReadWriteOncePod')) return tellsPodsApart ? 'SINGLE_NODE_SINGLE_WRITER' : 'SINGLE_NODE_WRITER';
  throw new Error(`unsupported AccessMode combination: [${modes.join(' ')}]`);
}
