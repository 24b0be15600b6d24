// The PodResources port on a node: pod directories, volumes, cgroups and the watches of ConfigMaps and Secrets of all
// pods; and how what a forgotten pod has left is removed, for orphans.ts.
import { podDirectory } from '../containers/mounts.ts';
import { podLogDirectory } from '../containers/sandbox-config.ts';
import { releaseSubPaths } from '../containers/sub-paths.ts';
import type { DynamicResources } from '../devices/dynamic-resources.ts';
import { type NodeFiles, nodePath } from '../files/node-files.ts';
import { type Pod, podUid } from '../pod.ts';
import type { PodResources } from '../pod-workers/ports.ts';
import type { ReferencedObjects } from '../references/referenced-objects.ts';
import type { MountedVolumes } from '../volumes/plugin.ts';
import type { VolumeManager } from '../volumes/volume-manager.ts';
import type { Cgroups } from './cgroups.ts';

export interface NodeResourcesOptions {
  readonly files: NodeFiles;
  readonly volumes: VolumeManager;
  readonly cgroups: Cgroups;
  readonly objects: Pick<ReferencedObjects, 'register' | 'unregister'>;
  readonly dynamicResources: Pick<DynamicResources, 'prepare' | 'release'>;
  readonly root: string;
  readonly logs: string;
}

/** <namespace>_<name>_<uid>: neither of the first two may contain an underscore. */
const LOG_DIRECTORY = /^[^_]+_[^_]+_([0-9a-f-]{36})$/;

export class NodeResources implements PodResources {
  readonly #options: NodeResourcesOptions;

  constructor(options: NodeResourcesOptions) {
    this.#options = options;
  }

  follow(pod: Pod): void {
    this.#options.objects.register(pod);
  }

  async prepare(pod: Pod): Promise<MountedVolumes> {
    const { files, volumes, cgroups, dynamicResources, root, logs } = this.#options;
    await files.makeDirectory(nodePath(podDirectory(root, podUid(pod))));
    // Independent of each other, and volumes may wait for the API or a slow disk.
    const [mounted] = await Promise.all([
      volumes.mount(pod),
      cgroups.ensure(pod),
      files.makeDirectory(nodePath(podLogDirectory(logs, pod))),
    ]);
    await dynamicResources.prepare(pod);
    return mounted;
  }

  async refresh(pod: Pod): Promise<void> {
    await this.#options.volumes.mount(pod);
  }

  renewAt(uid: string): number | undefined {
    return this.#options.volumes.renewAt(uid);
  }

  resize(pod: Pod, how: 'widen' | 'exact'): Promise<void> {
    return this.#options.cgroups.resize(pod, how);
  }

  async release(uid: string): Promise<void> {
    const { cgroups, objects, dynamicResources } = this.#options;
    await Promise.all([this.#unmount(uid), cgroups.remove(uid), dynamicResources.release(uid)]);
    // Last: until here a retry may need what the pod names.
    objects.unregister(uid);
  }

  async remove(uid: string): Promise<void> {
    const { files, cgroups, root } = this.#options;
    await cgroups.remove(uid);
    await files.removeTree(nodePath(podDirectory(root, uid)));
  }

  /** The pods of which there is something on the node. */
  async list(): Promise<ReadonlySet<string>> {
    const { volumes, cgroups } = this.#options;
    return new Set([...(await volumes.list()), ...(await cgroups.list())]);
  }

  /** Also of a pod of which only its directories and its cgroup are left. */
  async removeAll(uid: string): Promise<void> {
    await this.#unmount(uid);
    await this.remove(uid);
  }

  async removeLogs(isKnown: (uid: string) => boolean): Promise<void> {
    const { files, logs } = this.#options;
    for (const name of await files.list(nodePath(logs))) {
      const uid = LOG_DIRECTORY.exec(name)?.[1];
      if (uid && !isKnown(uid)) await files.removeTree(nodePath(logs, name));
    }
  }

  async #unmount(uid: string): Promise<void> {
    const { files, volumes, root } = this.#options;
    await releaseSubPaths(files, podDirectory(root, uid));
    await volumes.unmount(uid);
  }
}
