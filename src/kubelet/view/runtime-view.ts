// Reads what the runtime has of one pod, and a summary of all pods. Details that cannot change while the state stays are
// read once. Called by pod workers and by the relist.
import { type ContainerRuntime, isCriError, type PodSandboxStatus } from '../../cri/runtime.ts';
import type { NodeFiles } from '../files/node-files.ts';
import { POD_NAME, POD_NAMESPACE, POD_UID } from './labels.ts';
import { podAddresses } from './pod-addresses.ts';
import type { ContainerView, PodView } from './pod-view.ts';
import { terminationMessage } from './termination-message.ts';

/** One pod in the summary of all pods. */
export interface PodGlance {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** Changes whenever a sandbox or container comes, goes or changes its state. */
  readonly fingerprint: string;
}

const MAX_GONE = 1000;

interface Stated {
  readonly id: string;
  readonly state: string;
}

export class RuntimeView {
  readonly #runtime: ContainerRuntime;
  readonly #files: NodeFiles;
  readonly #nodeIPs: readonly string[];
  readonly #containers = new Map<string, ContainerView>();
  readonly #sandboxes = new Map<string, PodSandboxStatus>();
  /** Container and sandbox ids to pod uids, so that runtime events find their worker. */
  readonly #owners = new Map<string, string>();
  /** Ids of removed containers, whose late events need no relist; at most MAX_GONE, the oldest are dropped. */
  readonly #gone = new Set<string>();

  constructor(runtime: ContainerRuntime, files: NodeFiles, nodeIPs: readonly string[]) {
    this.#runtime = runtime;
    this.#files = files;
    this.#nodeIPs = nodeIPs;
  }

  async read(uid: string): Promise<PodView> {
    const labelSelector = { [POD_UID]: uid };
    const [sandboxes, containers] = await Promise.all([
      this.#runtime.listPodSandboxes({ labelSelector }),
      this.#runtime.listContainers({ labelSelector }),
    ]);
    const [sandboxViews, containerViews] = await Promise.all([
      Promise.all(sandboxes.map((sandbox) => this.#sandbox(uid, sandbox))),
      Promise.all(containers.map((container) => this.#container(uid, container, container.podSandboxId))),
    ]);
    const view: PodView = {
      uid,
      sandboxes: present(sandboxViews).sort(newestFirst),
      containers: present(containerViews).sort(newestFirst),
    };
    this.#forgetOthers(uid, new Set([...sandboxes, ...containers].map(({ id }) => id)));
    return view;
  }

  /** What the runtime has of all pods that a kubelet made. */
  async glance(): Promise<Map<string, PodGlance>> {
    const [sandboxes, containers] = await Promise.all([
      this.#runtime.listPodSandboxes(),
      this.#runtime.listContainers(),
    ]);
    const parts = new Map<string, { labels: Record<string, string>; states: string[] }>();
    for (const { id, state, labels } of [...sandboxes, ...containers]) {
      const uid = labels[POD_UID];
      if (!uid) continue;
      this.#owners.set(id, uid);
      const entry = parts.get(uid) ?? { labels, states: [] };
      entry.states.push(`${id}:${state}`);
      parts.set(uid, entry);
    }
    const glances = new Map<string, PodGlance>();
    for (const [uid, { labels, states }] of parts)
      glances.set(uid, {
        uid,
        name: labels[POD_NAME] ?? '',
        namespace: labels[POD_NAMESPACE] ?? '',
        fingerprint: states.sort().join(),
      });
    return glances;
  }

  /** The uid of the pod that a container or sandbox belongs to; undefined for one not seen yet. */
  ownerOf(id: string): string | undefined {
    return this.#owners.get(id);
  }

  /** True for a container or sandbox that was seen and has been removed. */
  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** The container's details have changed: they are read again next time. */
  refresh(containerId: string): void {
    this.#containers.delete(containerId);
  }

  /** Running containers as last seen. */
  runningContainers(): ContainerView[] {
    return [...this.#containers.values()].filter(({ state }) => state === 'running');
  }

  forget(uid: string): void {
    this.#forgetOthers(uid, new Set());
  }

  async #sandbox(uid: string, sandbox: Stated): Promise<PodSandboxStatus | undefined> {
    const known = this.#sandboxes.get(sandbox.id);
    if (known?.state === sandbox.state && (known.state === 'notReady' || known.ips.length > 0)) return known;
    const stated = await orGone(this.#runtime.podSandboxStatus(sandbox.id));
    if (!stated) return undefined;
    const status = { ...stated, ips: podAddresses(stated.ips, this.#nodeIPs) };
    // A stopped sandbox has lost its addresses; the pod's status still wants them.
    const kept = status.ips.length === 0 && known ? { ...status, ips: known.ips } : status;
    this.#sandboxes.set(sandbox.id, kept);
    this.#owners.set(sandbox.id, uid);
    return kept;
  }

  async #container(uid: string, listed: Stated, podSandboxId: string): Promise<ContainerView | undefined> {
    const known = this.#containers.get(listed.id);
    if (known?.state === listed.state) return known;
    const status = await orGone(this.#runtime.containerStatus(listed.id));
    if (!status) return undefined;
    const message = status.state === 'exited' ? await terminationMessage(this.#files, status) : undefined;
    const view = { ...status, podSandboxId, ...(message !== undefined && { message }) };
    this.#containers.set(listed.id, view);
    this.#owners.set(listed.id, uid);
    return view;
  }

  #forgetOthers(uid: string, keep: ReadonlySet<string>): void {
    for (const [id, owner] of this.#owners) {
      if (owner !== uid || keep.has(id)) continue;
      this.#owners.delete(id);
      this.#gone.add(id);
      this.#containers.delete(id);
      this.#sandboxes.delete(id);
    }
    for (const id of this.#gone) {
      if (this.#gone.size <= MAX_GONE) break;
      this.#gone.delete(id);
    }
  }
}

export const fingerprintOf = (view: PodView): string =>
  [...view.sandboxes, ...view.containers]
    .map(({ id, state }) => `${id}:${state}`)
    .sort()
    .join();

const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((v): v is T => v !== undefined);

interface Dated {
  readonly metadata: { readonly attempt: number };
  readonly createdAt: number;
}

/** By attempt first: attempts only grow, while the machine's clock may be set back. */
const newestFirst = (a: Dated, b: Dated): number =>
  b.metadata.attempt - a.metadata.attempt || b.createdAt - a.createdAt;

/** What disappeared between list and status is gone, not an error. */
async function orGone<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isCriError(error, 'notFound')) return undefined;
    throw error;
  }
}
