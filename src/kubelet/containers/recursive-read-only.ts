// Whether what is mounted below a read-only volume is read-only in a container, too: recursiveReadOnly of its mounts, which only
// some handlers of a runtime can do. Called by mounts.ts and container-starter.ts.
// Upstream: resolveRecursiveReadOnly in pkg/kubelet/kubelet_pods.go.
import type { Container, VolumeMount } from '../../api/kinds/core/v1/container.ts';
import type { RuntimeService } from '../../cri/runtime.ts';
import { ConfigError } from '../env/container-env.ts';

type Wish = Pick<VolumeMount, 'name' | 'readOnly' | 'recursiveReadOnly' | 'mountPropagation'>;

const isWished = ({ recursiveReadOnly: mode = 'Disabled' }: Wish): boolean => mode !== 'Disabled';

/** Throws when the mount must be recursive and cannot be. */
export function isRecursive(mount: Wish, isSupported: boolean): boolean {
  if (!isWished(mount)) return false;
  const { name, readOnly, recursiveReadOnly: mode, mountPropagation = 'None' } = mount;
  const wish = `volume "${name}" requested recursive read-only mode "${mode}"`;
  if (!readOnly) throw new ConfigError(`${wish}, but it is not read-only`);
  if (mountPropagation !== 'None')
    throw new ConfigError(`${wish}, but mountPropagation is set to "${mountPropagation}"`);
  if (mode === 'Enabled' && !isSupported)
    throw new ConfigError(`${wish}, but it is not supported by the runtime`);
  return isSupported;
}

/** The runtime is asked only for containers that wish for it. `handler` is that of their sandbox. */
export async function supportsRecursion(
  runtime: Pick<RuntimeService, 'status'>,
  { volumeMounts = [] }: Container,
  handler: string,
): Promise<boolean> {
  if (!volumeMounts.some(isWished)) return false;
  const { runtimeHandlers } = await runtime.status();
  const found = runtimeHandlers.find(({ name }) => name === handler);
  return found?.features?.recursiveReadOnlyMounts ?? false;
}
