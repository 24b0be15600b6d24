// The ownership graph of all objects in the cluster, built from every informer's events and read by collector.ts. An owner
// that is referenced but was not observed is a virtual node until the API server confirms or denies it. Follows
// pkg/controller/garbagecollector/graph_builder.go. No calls to the API here.
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

export interface GraphNode {
  readonly uid: string;
  /** Undefined while the node is virtual. */
  kind: AnyResource | undefined;
  apiVersion: string;
  kindName: string;
  name: string;
  /** Empty for cluster-scoped objects; for a virtual node the namespace of the dependent that references it. */
  namespace: string;
  virtual: boolean;
  owners: readonly OwnerReference[];
  beingDeleted: boolean;
  /** Being deleted in the foreground: waits for its dependents. */
  deletingDependents: boolean;
  orphaning: boolean;
  /** With whether they keep it while it is deleted in the foreground (blockOwnerDeletion). */
  readonly dependents: Map<GraphNode, boolean>;
  /** How many of them do. */
  blocking: number;
}

/** Which nodes to process after a change of the graph. */
export interface Attention {
  /** These may have to be deleted. */
  toDelete(uid: string): void;
  /** The owner reference is to be removed from the dependents of this one. */
  toOrphan(uid: string): void;
}

export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #attention: Attention;

  constructor(attention: Attention) {
    this.#attention = attention;
  }

  get size(): number {
    return this.#nodes.size;
  }

  node(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  /** An object was added or changed. */
  observe(kind: AnyResource, object: Readonly<KubeObject>): void {
    const uid = object.metadata.uid ?? '';
    const known = this.#nodes.get(uid);
    if (!known) {
      this.#insert(kind, object);
      return;
    }
    if (known.virtual) this.#makeReal(known, kind, object);
    this.#changeOwners(known, object.metadata.ownerReferences ?? []);
    this.#noteDeletion(known, object);
  }

  /** An object was deleted. */
  forget(uid: string): void {
    const node = this.#nodes.get(uid);
    if (!node) return;
    this.#nodes.delete(uid);
    for (const owner of node.owners) this.#unlink(owner.uid, node);
    for (const dependent of node.dependents.keys()) this.#attention.toDelete(dependent.uid);
  }

  /** Removes all nodes of a kind that is no longer served. */
  forgetKind(kind: AnyResource): void {
    for (const node of [...this.#nodes.values()]) if (node.kind === kind) this.forget(node.uid);
  }

  #insert(kind: AnyResource, object: Readonly<KubeObject>): void {
    const { uid = '', name = '', namespace = '', ownerReferences = [] } = object.metadata;
    const node: GraphNode = {
      uid,
      kind,
      apiVersion: object.apiVersion,
      kindName: object.kind,
      name,
      namespace,
      virtual: false,
      owners: [],
      beingDeleted: false,
      deletingDependents: false,
      orphaning: false,
      dependents: new Map(),
      blocking: 0,
    };
    this.#nodes.set(uid, node);
    this.#changeOwners(node, ownerReferences);
    this.#noteDeletion(node, object);
  }

  /** Makes a virtual node real; queues dependents whose owner reference does not match it. */
  #makeReal(node: GraphNode, kind: AnyResource, object: Readonly<KubeObject>): void {
    const { name = '', namespace = '' } = object.metadata;
    const { apiVersion, kind: kindName } = object;
    Object.assign(node, { kind, apiVersion, kindName, name, namespace, virtual: false });
    for (const dependent of node.dependents.keys()) {
      const owner = dependent.owners.find((one) => one.uid === node.uid);
      if (owner && !agrees(node, owner, dependent)) this.#attention.toDelete(dependent.uid);
    }
  }

  #changeOwners(node: GraphNode, owners: readonly OwnerReference[]): void {
    const before = node.owners;
    node.owners = owners;
    if (sameOwners(before, owners)) return;
    const after = new Set(owners.map((owner) => owner.uid));
    for (const { uid } of before) if (!after.has(uid)) this.#unlink(uid, node);
    const blocked = new Set(owners.filter((owner) => owner.blockOwnerDeletion).map((owner) => owner.uid));
    for (const owner of owners) this.#link(this.#ownerNode(owner, node), node, blocked.has(owner.uid));
    if (before.length > 0) this.#attention.toDelete(node.uid);
  }

  #link(owner: GraphNode, dependent: GraphNode, blocks: boolean): void {
    const blocked = owner.dependents.get(dependent) ?? false;
    owner.dependents.set(dependent, blocks);
    this.#count(owner, Number(blocks) - Number(blocked));
  }

  #unlink(uid: string, dependent: GraphNode): void {
    const owner = this.#nodes.get(uid);
    const blocked = owner?.dependents.get(dependent) ?? false;
    owner?.dependents.delete(dependent);
    if (owner && blocked) this.#count(owner, -1);
  }

  /** A foreground deletion goes on when the last dependent that blocks it is gone: looking at all of them each time that one goes
   *  would take a time that grows with the square of their number. */
  #count(owner: GraphNode, change: number): void {
    owner.blocking += change;
    if (change < 0 && owner.blocking === 0 && owner.deletingDependents) this.#attention.toDelete(owner.uid);
  }

  #ownerNode(owner: OwnerReference, dependent: GraphNode): GraphNode {
    const known = this.#nodes.get(owner.uid);
    if (known) {
      if (known.deletingDependents) this.#attention.toDelete(dependent.uid);
      if (!agrees(known, owner, dependent)) this.#attention.toDelete(dependent.uid);
      return known;
    }
    const node: GraphNode = {
      uid: owner.uid,
      kind: undefined,
      apiVersion: owner.apiVersion,
      kindName: owner.kind,
      name: owner.name,
      namespace: dependent.namespace,
      virtual: true,
      owners: [],
      beingDeleted: false,
      deletingDependents: false,
      orphaning: false,
      dependents: new Map(),
      blocking: 0,
    };
    this.#nodes.set(owner.uid, node);
    this.#attention.toDelete(owner.uid);
    return node;
  }

  #noteDeletion(node: GraphNode, object: Readonly<KubeObject>): void {
    if (!isBeingDeleted(object)) return;
    const finalizers = object.metadata.finalizers ?? [];
    node.beingDeleted = true;
    const orphaning = finalizers.includes(ORPHAN);
    if (orphaning && !node.orphaning) this.#attention.toOrphan(node.uid);
    node.orphaning = orphaning;
    const foreground = finalizers.includes(FOREGROUND);
    if (foreground && !node.deletingDependents) {
      node.deletingDependents = true;
      for (const dependent of node.dependents.keys()) this.#attention.toDelete(dependent.uid);
      this.#attention.toDelete(node.uid);
    }
    node.deletingDependents = foreground;
  }
}

const sameOwners = (a: readonly OwnerReference[], b: readonly OwnerReference[]): boolean =>
  a.length === b.length &&
  a.every((owner, i) => owner.uid === b[i]?.uid && owner.blockOwnerDeletion === b[i]?.blockOwnerDeletion);

/** A reference matches if kind and name agree and a namespaced owner is in the dependent's namespace. */
export function agrees(node: GraphNode, owner: OwnerReference, dependent: GraphNode): boolean {
  if (node.virtual) return true;
  return (
    node.name === owner.name &&
    node.kindName === owner.kind &&
    (node.namespace === '' || node.namespace === dependent.namespace)
  );
}
