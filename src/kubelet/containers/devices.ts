// The devices of one container: block volumes that its volumeDevices name. The runtime makes the device nodes and allows them in the
// container's cgroup. Called by container-starter.ts. Upstream: makeBlockVolumes in pkg/kubelet/kubelet_pods.go.
import { isAbsolute } from 'node:path';
import type { Device } from '../../cri/runtime.ts';
import { ConfigError } from '../env/container-env.ts';
import type { PodContainer } from '../pod.ts';
import type { MountedVolumes } from '../volumes/plugin.ts';

export const containerDevices = ({ spec }: PodContainer, volumes: MountedVolumes): Device[] =>
  (spec.volumeDevices ?? []).map(({ name, devicePath }) => {
    if (!isAbsolute(devicePath))
      throw new ConfigError(`error DevicePath \`${devicePath}\` must be an absolute path`);
    const volume = volumes.get(name);
    if (!volume || !('device' in volume))
      throw new ConfigError(`cannot find volume "${name}" to pass into container "${spec.name}"`);
    return {
      containerPath: devicePath,
      hostPath: volume.device,
      permissions: volume.readOnly ? 'r' : 'rwm',
    };
  });
