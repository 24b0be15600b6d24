// All nodes with their pods, as last heard from the API plus what this scheduler has assumed and not yet seen confirmed.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf, uidOf } from '../../api/meta/v1/object.ts';
import { NodeInfo } from './node-info.ts';
import { type PodInfo, podInfo } from './pod-info.ts';

export class SchedulerCache {
  readonly #nodes = new Map<string, NodeInfo>();
  /** Pod uid → name of the node it is on. */
  readonly #places = new Map<string, string>();
  readonly #assumed = new Set<string>();

  /** Every node that the API knows. */
  nodes(): NodeInfo[] {
    return [...this.#nodes.values()].filter((info) => info.node);
  }

  node(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  setNode(node: Readonly<Node>): void {
    this.#info(nameOf(node)).setNode(node);
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    info?.setNode(undefined);
    this.#dropIfEmpty(info);
  }

  /** A pod that the API shows on a node; it confirms an assumption. */
  setPod(pod: Readonly<Pod>): void {
    this.#assumed.delete(uidOf(pod));
    this.#place(podInfo(pod), pod.spec?.nodeName ?? '');
  }

  removePod(uid: string): void {
    this.#assumed.delete(uid);
    this.#unplace(uid);
  }

  /** Counts the pod on the node before the API confirms it. */
  assume(info: PodInfo, node: string): void {
    this.#assumed.add(info.uid);
    this.#place(info, node);
  }

  /** Takes an assumption back, unless it has been confirmed meanwhile. */
  forget(uid: string): void {
    if (!this.#assumed.delete(uid)) return;
    this.#unplace(uid);
  }

  isAssumed(uid: string): boolean {
    return this.#assumed.has(uid);
  }

  #place(info: PodInfo, node: string): void {
    this.#unplace(info.uid);
    this.#places.set(info.uid, node);
    this.#info(node).add(info);
  }

  #unplace(uid: string): void {
    const name = this.#places.get(uid);
    if (name === undefined) return;
    this.#places.delete(uid);
    const info = this.#nodes.get(name);
    info?.remove(uid);
    this.#dropIfEmpty(info);
  }

  #info(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (!info) {
      info = new NodeInfo(name);
      this.#nodes.set(name, info);
    }
    return info;
  }

  #dropIfEmpty(info: NodeInfo | undefined): void {
    if (info?.isEmpty) this.#nodes.delete(info.name);
  }
}
