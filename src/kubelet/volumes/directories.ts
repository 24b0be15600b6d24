// Layout of the pods' volumes on the node: <root>/pods/<uid>/volumes/<plug-in>/<volume> on disk, and on a tmpfs
// <secrets>/<uid>/<plug-in>/<volume>, so that secrets and tokens never touch a disk. Used by plugins/ and the manager.
import { join } from 'node:path';
import { type NodeFiles, type NodePath, nodePath } from '../files/node-files.ts';

/** Only directories named by a uid are pods' directories. */
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Directories of one medium. */
export class VolumeDirectories {
  readonly files: NodeFiles;
  readonly #pods: string;
  readonly #volumes: string;

  /** `volumes` stands between a pod's directory and the plug-ins', '' for nothing. */
  constructor(files: NodeFiles, pods: string, volumes: string) {
    this.files = files;
    this.#pods = pods;
    this.#volumes = volumes;
  }

  /** The directory that holds the volumes of one plug-in. */
  plugin(plugin: string, uid: string): string {
    return join(this.#pods, uid, this.#volumes, plugin);
  }

  /** A volume: a root of its own, since the pod may write below it. */
  volume(plugin: string, uid: string, volume: string): NodePath {
    return nodePath(join(this.plugin(plugin, uid), volume));
  }

  /** The volumes of a plug-in that are there. */
  names(plugin: string, uid: string): Promise<string[]> {
    return this.files.list(nodePath(this.plugin(plugin, uid)));
  }

  remove(plugin: string, uid: string, volume: string): Promise<void> {
    return this.files.removeTree(nodePath(this.plugin(plugin, uid), volume));
  }

  /** What is left of a pod's volumes when they have been torn down: directories, or else it is of unknown origin and stays. */
  removePod(uid: string): Promise<void> {
    return this.files.removeDirectories(nodePath(join(this.#pods, uid, this.#volumes)));
  }

  /** Uids of the pods that have a directory. */
  async uids(): Promise<string[]> {
    return (await this.files.list(nodePath(this.#pods))).filter((name) => UID.test(name));
  }
}

export interface PodDirectories {
  /** The kubelet's own directory. */
  readonly root: string;
  readonly disk: VolumeDirectories;
  readonly memory: VolumeDirectories;
}

export const podDirectories = (files: NodeFiles, root: string, secrets: string): PodDirectories => ({
  root,
  disk: new VolumeDirectories(files, join(root, 'pods'), 'volumes'),
  memory: new VolumeDirectories(files, secrets, ''),
});
