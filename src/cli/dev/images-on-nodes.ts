// Brings images into the nodes of this machine's cluster, several at a time, and removes those that nothing needs any more. Called by
// session.ts.
import { callControl } from '../../cluster/control/client.ts';
import { importImage, removeImageName } from '../../cri/containerd/images/images.ts';
import type { ImageContent } from '../../cri/image/content.ts';

interface Node {
  readonly node: string;
  readonly socket: string;
}

export class ImagesOnNodes {
  readonly #control: string;
  readonly #nodes = new Map<string, string>();
  /** Names by repository, the newest last. */
  readonly #loaded = new Map<string, string[]>();

  constructor(control: string) {
    this.#control = control;
  }

  /** Nodes may have come since. */
  async refresh(): Promise<void> {
    const { nodes } = (await callControl(this.#control, 'image-sockets')) as { nodes: Node[] };
    this.#nodes.clear();
    for (const { node, socket } of nodes) this.#nodes.set(node, socket);
  }

  get count(): number {
    return this.#nodes.size;
  }

  /** Of the containerd of a node of this machine. */
  socketOf(node: string): string | undefined {
    return this.#nodes.get(node);
  }

  async load(repository: string, image: ImageContent, reference: string): Promise<void> {
    await this.refresh();
    const sockets = [...this.#nodes.values()];
    await Promise.all(sockets.map((socket) => importImage({ socket, image, names: [reference] })));
    const names = this.#loaded.get(repository) ?? [];
    this.#loaded.set(repository, [...names.filter((name) => name !== reference), reference]);
  }

  /** Keeps the newest image and the one before it, which pods that are just ending may still run. */
  async removeOld(): Promise<void> {
    for (const [repository, names] of this.#loaded) {
      await this.#remove(names.slice(0, -2));
      this.#loaded.set(repository, names.slice(-2));
    }
  }

  async removeAll(): Promise<void> {
    for (const names of this.#loaded.values()) await this.#remove(names);
    this.#loaded.clear();
  }

  async #remove(names: readonly string[]): Promise<void> {
    for (const name of names)
      await Promise.all([...this.#nodes.values()].map((socket) => removeImageName(socket, name)));
  }
}
