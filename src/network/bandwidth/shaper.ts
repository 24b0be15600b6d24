// Limits the bandwidth of a node's pods that ask for it. A pod whose limit cannot be set, because the kernel lacks what it takes, runs
// without, and an event says so. Loaded with the first such pod; told of pods by the node agent.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { uidOf } from '../../api/meta/v1/object.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { NodeExec } from '../node-exec.ts';
import type { Limits } from './limits.ts';
import { fromPod, ifbOf, isPodLink, leftBehind, towardsPod } from './shaping.ts';

export interface ShaperOptions {
  readonly exec: NodeExec;
  /** Where CNI keeps what its plug-ins answered for each attachment. */
  readonly results: string;
  readonly onFailure: (pod: Pod, message: string) => void;
}

export class Shaper {
  readonly #options: ShaperOptions;
  /** By uid: the sandbox whose link was limited. */
  readonly #limited = new Map<string, string>();
  #work: Promise<void> = Promise.resolve();

  constructor(options: ShaperOptions) {
    this.#options = options;
  }

  joined(pod: Pod, sandbox: string, limits: Limits): void {
    if (this.#limited.get(uidOf(pod)) === sandbox) return;
    this.#limited.set(uidOf(pod), sandbox);
    this.#work = this.#work.then(() => this.#limit(pod, sandbox, limits));
  }

  /** Resolves when the limits of all pods that have joined are in force, or were found impossible. */
  ready(): Promise<void> {
    return this.#work;
  }

  left(uid: string): void {
    if (this.#limited.delete(uid)) this.#work = this.#work.then(() => this.#clean());
  }

  async #limit(pod: Pod, sandbox: string, { ingress, egress }: Limits): Promise<void> {
    const { onFailure } = this.#options;
    try {
      const link = await this.#linkOf(sandbox);
      await this.#clean();
      if (ingress) await this.#attempt(pod, 'ingress', () => this.#tc(towardsPod(link, ingress)));
      if (egress) await this.#attempt(pod, 'egress', () => this.#limitEgress(link, egress));
    } catch (error) {
      onFailure(pod, `The pod's bandwidth is not limited: ${messageOf(error)}`);
    }
  }

  async #attempt(pod: Pod, direction: 'ingress' | 'egress', work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.onFailure(pod, `The pod's ${direction} bandwidth is not limited: ${messageOf(error)}`);
    }
  }

  async #limitEgress(link: string, rate: number): Promise<void> {
    // An earlier process did it.
    if ((await this.#links()).includes(ifbOf(link))) return;
    const { ip, tc } = fromPod(link, rate);
    await this.#options.exec(['ip', '-batch', '-'], { input: ip });
    await this.#tc(tc);
  }

  /** The node's end of the sandbox's link. */
  async #linkOf(sandbox: string): Promise<string> {
    const { results } = this.#options;
    const file = (await readdir(results)).find((name) => name.endsWith(`-${sandbox}-eth0`));
    if (!file) throw new Error('the link of its sandbox is not known');
    const { result } = JSON.parse(await readFile(join(results, file), 'utf8')) as CachedResult;
    const link = result?.interfaces?.find(({ name = '', sandbox }) => !sandbox && isPodLink(name))?.name;
    if (!link) throw new Error('its sandbox has no link of the bridge plug-in');
    return link;
  }

  async #clean(): Promise<void> {
    const gone = leftBehind(await this.#links());
    const input = gone.map((name) => `link del ${name}\n`).join('');
    if (input) await this.#options.exec(['ip', '-force', '-batch', '-'], { input }).catch(() => {});
  }

  async #links(): Promise<string[]> {
    const links = JSON.parse(await this.#options.exec(['ip', '-json', 'link', 'show'])) as {
      ifname: string;
    }[];
    return links.map(({ ifname }) => ifname);
  }

  async #tc(input: string): Promise<void> {
    await this.#options.exec(['tc', '-batch', '-'], { input });
  }
}

interface CachedResult {
  readonly result?: {
    readonly interfaces?: readonly { readonly name?: string; readonly sandbox?: string }[];
  };
}
