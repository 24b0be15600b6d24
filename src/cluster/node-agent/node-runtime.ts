// The container runtime of one node: a containerd of its own, or one that somebody else keeps running, of which nothing but its
// sockets is known. Made by node.ts.
import { importImage } from '../../cri/containerd/images/images.ts';
import { openContainerd } from '../../cri/containerd/open.ts';
import { installedRuntimes } from '../../cri/containerd/supervisor/oci-runtimes.ts';
import { ContainerdSupervisor } from '../../cri/containerd/supervisor/supervisor.ts';
import { type CgroupDriver, connectRuntime } from '../../cri/endpoint/connect.ts';
import { socketOf } from '../../cri/endpoint/endpoint.ts';
import { PAUSE_IMAGE, pauseImage } from '../../cri/image/pause/pause.ts';
import type { ContainerRuntime } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { ClusterNode } from '../nodes/create.ts';
import { UserError } from '../progress.ts';

/** A runtime that somebody else keeps running. */
export interface ForeignRuntime {
  /** --container-runtime-endpoint, such as unix:///run/crio/crio.sock. */
  readonly endpoint: string;
  /** --image-service-endpoint, where that is another socket. */
  readonly imageEndpoint?: string;
  /** --cgroup-driver: holds where the runtime does not tell its own. */
  readonly cgroupDriver?: CgroupDriver;
}

export interface NodeRuntime {
  /** Resolves with the runtime when it answers and pods can be made. */
  start(): Promise<ContainerRuntime>;
  /** Who makes cgroups, and where; known after start. */
  cgroups(): { readonly cgroupDriver: CgroupDriver; readonly cgroupRoot: string };
  /** The socket through which containerd takes images; throws what to do instead. */
  imageSocket(): string;
  /** Lets go of it: it goes on running. */
  release(): void;
}

interface RuntimeOptions {
  readonly node: ClusterNode;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export function ownContainerd({ node, clock, random, log }: RuntimeOptions): NodeRuntime {
  const supervisor = new ContainerdSupervisor({
    ...node.runtime,
    prefix: node.shell.prefix,
    streamAddress: node.address,
    sandboxImage: PAUSE_IMAGE,
    runtimes: installedRuntimes(node.runtime.crunWorks),
    clock,
    log: log.child(`containerd/${node.name}`),
  });
  const { socket } = supervisor;
  return {
    async start() {
      await supervisor.start();
      await importImage({ socket, image: pauseImage(), pinned: true, clock, random });
      return openContainerd({ socket, clock });
    },
    cgroups: () => ({ cgroupDriver: 'cgroupfs', cgroupRoot: node.cgroupRoot }),
    imageSocket: () => socket,
    release: () => supervisor.release(),
  };
}

/** Pods' cgroups lie where those of any kubelet do: the runtime's administrator looks for them there. */
export function foreignRuntime(
  { endpoint, imageEndpoint, cgroupDriver: configured }: ForeignRuntime,
  { node, clock, log }: RuntimeOptions,
): NodeRuntime {
  let found: { driver: CgroupDriver | undefined; name: string } | undefined;
  return {
    async start() {
      const { runtime, version, cgroupDriver } = await connectRuntime({
        endpoint,
        ...(imageEndpoint && { imageEndpoint }),
        clock,
      });
      found = { driver: cgroupDriver, name: version.runtimeName };
      const { runtimeName, runtimeVersion } = version;
      log.info('container runtime', { node: node.name, runtimeName, runtimeVersion, cgroupDriver });
      if (configured && cgroupDriver && configured !== cgroupDriver)
        log.warn('--cgroup-driver differs from the runtime’s, which is used', { configured, cgroupDriver });
      return runtime;
    },
    cgroups: () => ({ cgroupDriver: found?.driver ?? configured ?? 'cgroupfs', cgroupRoot: '' }),
    imageSocket() {
      if (found?.name === 'containerd') return socketOf(imageEndpoint ?? endpoint);
      throw new UserError(
        `node ${node.name} runs ${found?.name ?? 'another runtime'}, which takes no images by its socket: push them to a registry, or copy them into its store with skopeo (skopeo copy oci-archive:FILE containers-storage:NAME)`,
      );
    },
    release: () => {},
  };
}
