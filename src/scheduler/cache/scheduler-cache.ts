// All nodes with their pods: what the API last showed, and what this scheduler has assumed and not yet seen confirmed.
// Kept up to date by increments; a cycle reads it without copying. Filled by the event handlers and the scheduling cycle.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf, uidOf } from '../../api/meta/v1/object.ts';
import { isSame } from '../framework/cluster-events.ts';
import type { NominationMarks } from '../queue/nominator.ts';
import { ChangeLog } from './change-log.ts';
import { ClaimUses } from './claim-uses.ts';
import type { DomainCounts } from './domain-counts.ts';
import { NodeInfo } from './node-info.ts';
import type { NodeLister } from './node-lister.ts';
import { type PlacedTerm, PlacedTerms, type TermKind } from './placed-terms.ts';
import { type PodGroup, PodGroups } from './pod-groups.ts';
import { type PodInfo, podInfo } from './pod-info.ts';
import { Tallies, type TallySpec } from './tallies.ts';

export class SchedulerCache implements NodeLister, NominationMarks {
  /** Includes nodes that the API does not know (yet, or any more) but that pods name. */
  readonly #nodes = new Map<string, NodeInfo>();
  /** The known ones among them; rebuilt after a node came or went. */
  #known: readonly NodeInfo[] | undefined;
  readonly #havingPodsWithAffinity = new Set<NodeInfo>();
  readonly #groups = new PodGroups();
  readonly #claims = new ClaimUses();
  readonly #terms = new PlacedTerms();
  readonly #tallies = new Tallies();
  /** Image name → on how many nodes it is. */
  readonly #imageCounts = new Map<string, number>();
  /** Node name → NodeInfo.nominated, also of nodes that are not here (yet). */
  readonly #nominated = new Map<string, number>();
  /** Pod uid → name of the node it is on. */
  readonly #places = new Map<string, string>();
  readonly #assumed = new Set<string>();
  /** Indices that nodes had that are gone. */
  readonly #freeIndices: number[] = [];
  #indices = 0;
  #generation = 0;
  readonly #changes = new ChangeLog();

  get generation(): number {
    return this.#generation;
  }

  get changes(): number {
    return this.#changes.count;
  }

  changedSince(changes: number): ReadonlySet<NodeInfo> | undefined {
    return this.#changes.since(changes);
  }

  list(): readonly NodeInfo[] {
    if (this.#known) return this.#known;
    this.#known = [...this.#nodes.values()].filter((info) => info.node);
    for (const [i, info] of this.#known.entries()) info.position = i;
    return this.#known;
  }

  get(name: string): NodeInfo | undefined {
    const info = this.#nodes.get(name);
    return info?.node && info;
  }

  havingPodsWithAffinity(): Iterable<NodeInfo> {
    return this.#havingPodsWithAffinity;
  }

  podGroups(): Iterable<PodGroup> {
    return this.#groups.values();
  }

  placedTerms(kind: TermKind): Iterable<PlacedTerm> {
    return this.#terms.of(kind);
  }

  tally(spec: TallySpec): DomainCounts {
    return this.#tallies.of(spec, this.list(), this.#groups.values());
  }

  countWithImage(image: string): number {
    return this.#imageCounts.get(image) ?? 0;
  }

  claimUses(key: string): number {
    return this.#claims.count(key);
  }

  setNode(node: Readonly<Node>): void {
    const info = this.#info(nameOf(node));
    if (!info.node) this.#known = undefined;
    this.#setNode(info, node);
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    this.#known = undefined;
    this.#setNode(info, undefined);
    this.#dropIfEmpty(info);
  }

  /** A pod that the API shows on a node; confirms an assumption. `old` is what it has shown there before. */
  setPod(pod: Readonly<Pod>): { readonly info: PodInfo; readonly old?: PodInfo } {
    const wasAssumed = this.#assumed.delete(uidOf(pod));
    const info = podInfo(pod);
    const old = this.#place(info, pod.spec?.nodeName ?? '');
    return { info, ...(old && !wasAssumed && { old }) };
  }

  /** The pod as it was on its node. */
  removePod(uid: string): PodInfo | undefined {
    this.#assumed.delete(uid);
    return this.#unplace(uid);
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

  markNominated(name: string, version: number): void {
    if (version === 0) this.#nominated.delete(name);
    else this.#nominated.set(name, version);
    const info = this.#nodes.get(name);
    if (!info) return;
    info.nominated = version;
    this.#changes.add(info);
  }

  /** Where the pod is placed or assumed. */
  nodeOf(uid: string): string | undefined {
    return this.#places.get(uid);
  }

  /** How many of each kind are here. */
  sizes() {
    return { nodes: this.list().length, pods: this.#places.size, assumed_pods: this.#assumed.size };
  }

  isAssumed(uid: string): boolean {
    return this.#assumed.has(uid);
  }

  #setNode(info: NodeInfo, node: Readonly<Node> | undefined): void {
    const isMoved = !isSame(placeOf(info.node), placeOf(node));
    if (isMoved) this.#countInDomains(info, -1);
    this.#countImages(info, -1);
    info.setNode(node);
    this.#countImages(info, 1);
    if (isMoved) this.#countInDomains(info, 1);
    this.#changed(info);
  }

  /** The node comes to its topology domains with its pods, or goes. */
  #countInDomains(info: NodeInfo, by: 1 | -1): void {
    if (by === 1) this.#tallies.addNode(info);
    else this.#tallies.removeNode(info);
    for (const pod of info.podsWithAffinity.values()) this.#terms.count(pod, info, by);
  }

  #countImages(info: NodeInfo, by: 1 | -1): void {
    for (const image of info.images.keys()) {
      const count = this.countWithImage(image) + by;
      if (count === 0) this.#imageCounts.delete(image);
      else this.#imageCounts.set(image, count);
    }
  }

  #place(pod: PodInfo, node: string): PodInfo | undefined {
    const before = this.#unplace(pod.uid);
    this.#places.set(pod.uid, node);
    const info = this.#info(node);
    info.add(pod);
    this.#changed(info);
    this.#tallies.countPod(this.#groups.add(pod, info), info, 1);
    this.#terms.count(pod, info, 1);
    this.#claims.add(pod, 1);
    if (info.podsWithAffinity.size > 0) this.#havingPodsWithAffinity.add(info);
    return before;
  }

  #unplace(uid: string): PodInfo | undefined {
    const name = this.#places.get(uid);
    if (name === undefined) return undefined;
    this.#places.delete(uid);
    const info = this.#nodes.get(name);
    const pod = info?.pods.get(uid);
    if (!info || !pod) return undefined;
    const group = this.#groups.remove(pod, info);
    if (group) this.#tallies.countPod(group, info, -1);
    this.#terms.count(pod, info, -1);
    this.#claims.add(pod, -1);
    info.remove(uid);
    this.#changed(info);
    if (info.podsWithAffinity.size === 0) this.#havingPodsWithAffinity.delete(info);
    this.#dropIfEmpty(info);
    return pod;
  }

  #changed(info: NodeInfo): void {
    info.version = ++this.#generation;
    this.#changes.add(info);
  }

  #info(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (!info) {
      info = new NodeInfo(name, this.#freeIndices.pop() ?? this.#indices++);
      info.nominated = this.#nominated.get(name) ?? 0;
      this.#nodes.set(name, info);
    }
    return info;
  }

  #dropIfEmpty(info: NodeInfo): void {
    if (!info.isEmpty) return;
    this.#nodes.delete(info.name);
    this.#freeIndices.push(info.index);
  }
}

/** What decides in which topology domains a node counts. */
const placeOf = (node: Readonly<Node> | undefined) => node && [node.metadata.labels, node.spec?.taints];
