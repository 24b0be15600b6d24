// The directories and files of volumes that containers mount by subPath, each bound to a place of its own in the pod's
// directory, where no pod can write; the runtime is given that place. As upstream since CVE-2021-25741.
// mounts.ts binds at every start of a container; node-resources.ts releases when the pod has ended.
import { inside, type NodeFiles, type NodePath, nodePath, pathText } from '../files/node-files.ts';

export interface SubPathPlace {
  readonly podDirectory: string;
  readonly volume: string;
  readonly container: string;
  /** Of the mount among the container's. */
  readonly index: number;
}

/** Resolves with the path for the runtime. The mount of an earlier start of the container is replaced. */
export async function bindSubPath(files: NodeFiles, source: NodePath, place: SubPathPlace): Promise<string> {
  const { podDirectory, volume, container, index } = place;
  const target = inside(allOf(podDirectory), volume, container, String(index));
  await files.bind(source, target);
  return pathText(target);
}

/** Also of an earlier kubelet's. Nothing of the volumes may be removed before. */
export async function releaseSubPaths(files: NodeFiles, podDirectory: string): Promise<void> {
  const all = allOf(podDirectory);
  for (const volume of await files.list(all))
    for (const container of await files.list(inside(all, volume)))
      for (const index of await files.list(inside(all, volume, container)))
        await files.unmount(inside(all, volume, container, index));
  await files.removeTree(all);
}

const allOf = (podDirectory: string): NodePath => nodePath(podDirectory, 'volume-subpaths');
