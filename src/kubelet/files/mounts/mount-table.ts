// What is mounted on the node: the table of its mount namespace, which need not be the kubelet's, read anew each time, since
// pods may mount as well (mountPropagation). Nothing here touches what is mounted, so a server that is away holds up nothing.
// Used by node-mounts.ts.
import { type MountEntry, parseMounts } from '../../../kit/process/mount-entries.ts';
import { MountInfo } from '../../../kit/process/mount-info.ts';
import type { NodeExec } from '../../options.ts';

export class MountTable {
  readonly #info: MountInfo;

  constructor(run: NodeExec) {
    this.#info = new MountInfo(run);
  }

  async has(path: string): Promise<boolean> {
    return (await this.#read()).some(({ point }) => point === path);
  }

  /** Whether a device is mounted anywhere. */
  async hasSource(device: string): Promise<boolean> {
    return (await this.#read()).some(({ source }) => source === device);
  }

  /**
   * The mount points at the path and below it, in an order in which they can be unmounted. One on which something is mounted
   * twice stands there twice.
   */
  async within(path: string): Promise<string[]> {
    const points = (await this.#read()).map(({ point }) => point);
    const found = points.filter((point) => point === path || point.startsWith(`${path}/`));
    return found.sort((a, b) => b.length - a.length);
  }

  close(): Promise<void> {
    return this.#info.close();
  }

  async #read(): Promise<MountEntry[]> {
    return parseMounts(await this.#info.read());
  }
}
