// A node and what is placed on it, kept up to date by adding and taking away pods; nothing is copied per cycle.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { own } from '../../kit/own.ts';
import type { PodInfo } from './pod-info.ts';
import { type Amounts, addAmounts, amountsOf } from './resources.ts';

export class NodeInfo {
  readonly name: string;
  /** Its place in columns of values per node (typed arrays). Another node may get it once this one is gone; -1: in no cache. */
  readonly index: number;
  /** Set by the cache: its place in NodeLister.list(), if it is there. */
  position = 0;
  /** Set by the cache: another one after every change of the node and its pods, and the same for no two nodes. */
  version = 0;
  /** Set by the cache: another one after every change of what is nominated to the node (queue/nominator.ts); 0 while nothing is. */
  nominated = 0;
  readonly pods = new Map<string, PodInfo>();
  /** Pods here that have anti-affinity, required or preferred, or preferred affinity: others' terms can concern newcomers. */
  readonly podsWithAffinity = new Map<string, PodInfo>();
  readonly requested: Amounts = new Map();
  readonly scoringRequested: Amounts = new Map();
  #node: Readonly<Node> | undefined;
  #allocatable: Amounts = new Map();
  /** Image name → bytes. */
  #images: ReadonlyMap<string, number> = new Map();

  constructor(name: string, index = -1) {
    this.name = name;
    this.index = index;
  }

  /** Without pods. */
  static of(node: Readonly<Node>): NodeInfo {
    const info = new NodeInfo(nameOf(node));
    info.setNode(node);
    return info;
  }

  /** Undefined when pods are placed here although the node is not known (any more). */
  get node(): Readonly<Node> | undefined {
    return this.#node;
  }

  get allocatable(): Amounts {
    return this.#allocatable;
  }

  get images(): ReadonlyMap<string, number> {
    return this.#images;
  }

  setNode(node: Readonly<Node> | undefined): void {
    this.#node = node;
    this.#allocatable = amountsOf(node?.status?.allocatable);
    this.#images = new Map(
      (node?.status?.images ?? []).flatMap((image) =>
        (image.names ?? []).map((name) => [name, image.sizeBytes ?? 0] as const),
      ),
    );
  }

  add(info: PodInfo): void {
    if (this.pods.has(info.uid)) this.remove(info.uid);
    this.pods.set(info.uid, info);
    if (concernsOthers(info)) this.podsWithAffinity.set(info.uid, info);
    addAmounts(this.requested, info.requests);
    addAmounts(this.scoringRequested, info.scoringRequests);
  }

  remove(uid: string): void {
    const info = this.pods.get(uid);
    if (!info) return;
    this.pods.delete(uid);
    this.podsWithAffinity.delete(uid);
    addAmounts(this.requested, info.requests, -1);
    addAmounts(this.scoringRequested, info.scoringRequests, -1);
  }

  /** For trying pods on the node: changes of the copy leave the node alone. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name, this.index);
    copy.version = this.version;
    copy.nominated = this.nominated;
    copy.#node = this.#node;
    copy.#allocatable = this.#allocatable;
    copy.#images = this.#images;
    for (const [uid, pod] of this.pods) copy.pods.set(uid, pod);
    for (const [uid, pod] of this.podsWithAffinity) copy.podsWithAffinity.set(uid, pod);
    addAmounts(copy.requested, this.requested);
    addAmounts(copy.scoringRequested, this.scoringRequested);
    return copy;
  }

  label(key: string): string | undefined {
    return own(this.#node?.metadata.labels ?? {}, key);
  }

  get isEmpty(): boolean {
    return !this.#node && this.pods.size === 0;
  }
}

const concernsOthers = (info: PodInfo) =>
  info.affinity.length +
    info.antiAffinity.length +
    info.preferredAffinity.length +
    info.preferredAntiAffinity.length >
  0;
