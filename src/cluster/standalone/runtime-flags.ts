// The flags of `node-agent` about a container runtime that somebody else keeps running. Pure.
import type { CgroupDriver } from '../../cri/endpoint/connect.ts';
import { socketOf } from '../../cri/endpoint/endpoint.ts';
import type { ForeignRuntime } from '../node-agent/node-runtime.ts';
import type { ForeignPlaces } from '../nodes/plan.ts';
import { CNI_CONFIGURATION } from '../nodes/plug-in.ts';
import { UserError } from '../progress.ts';

/** As the kubelet calls them. */
export interface RuntimeFlags {
  readonly containerRuntimeEndpoint?: string;
  readonly imageServiceEndpoint?: string;
  readonly cgroupDriver?: CgroupDriver;
  readonly cniConfDir?: string;
}

/** Throws for flags that need --container-runtime-endpoint where that is left out, and for what is no socket. */
export function foreignRuntimeOf(flags: RuntimeFlags): { foreignRuntime?: ForeignRuntime } {
  const { containerRuntimeEndpoint: endpoint, imageServiceEndpoint: imageEndpoint, cgroupDriver } = flags;
  if (!endpoint) {
    const alone = Object.entries({
      '--image-service-endpoint': imageEndpoint,
      '--cgroup-driver': cgroupDriver,
      '--cni-conf-dir': flags.cniConfDir,
    }).find(([, value]) => value !== undefined);
    if (alone) throw new UserError(`${alone[0]} needs --container-runtime-endpoint`);
    return {};
  }
  checked('--container-runtime-endpoint', endpoint);
  if (imageEndpoint) checked('--image-service-endpoint', imageEndpoint);
  return {
    foreignRuntime: {
      endpoint,
      ...(imageEndpoint && { imageEndpoint }),
      ...(cgroupDriver && { cgroupDriver }),
    },
  };
}

/** The configuration of the pod network goes where the runtime looks for it. */
export const foreignPlacesOf = ({
  containerRuntimeEndpoint: endpoint,
  cniConfDir: cniConfigDirectory = CNI_CONFIGURATION,
}: RuntimeFlags): { foreign?: ForeignPlaces } =>
  endpoint ? { foreign: { endpoint, cniConfigDirectory } } : {};

function checked(flag: string, endpoint: string): void {
  try {
    socketOf(endpoint);
  } catch (error) {
    throw new UserError(`${flag}: ${(error as Error).message}`);
  }
}
