// Acts on the graph: deletes objects without remaining owners, completes foreground deletions, orphans dependents. Before a
// deletion it reads the object and its owners from the API server: the cache may be behind.
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { compositeKey } from '../../kit/composite-key.ts';
import { eachAtOnce } from '../framework/at-once.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { decide, type OwnerState } from './decide.ts';
import { FOREGROUND, type GraphNode, ORPHAN, type OwnerGraph } from './graph.ts';
import type { Monitors } from './monitors.ts';

/** Size of the cache of absent owners, as upstream's. */
const ABSENT_KEPT = 500;
/** Dependents of one owner that lose their reference at the same time. */
const ORPHANED_AT_ONCE = 20;

export class Collector {
  readonly #context: ControllerContext;
  readonly #graph: OwnerGraph;
  readonly #monitors: Monitors;
  readonly #again: (uid: string) => void;
  /** References confirmed absent: the owner of a thousand pods is read once, not a thousand times. */
  readonly #absent = new Set<string>();

  constructor(
    context: ControllerContext,
    graph: OwnerGraph,
    monitors: Monitors,
    again: (uid: string) => void,
  ) {
    this.#context = context;
    this.#graph = graph;
    this.#monitors = monitors;
    this.#again = again;
  }

  async attemptToDelete(uid: string): Promise<void> {
    const node = this.#graph.node(uid);
    if (!node) return;
    if (node.beingDeleted && !node.deletingDependents) return;
    // An object without owners needs a request only when its foreground deletion starts.
    if (!node.virtual && !node.deletingDependents && node.owners.length === 0) return;
    const latest = await this.#read(node);
    if (!latest) {
      this.#graph.forget(uid);
      return;
    }
    // A virtual owner that exists: its informer will show it soon.
    if (node.virtual) return;
    if (node.deletingDependents) return this.#processForeground(node, latest);
    await this.#judge(node, latest);
  }

  /** Removes the owner reference from every dependent, then the orphan finalizer from the owner. */
  async attemptToOrphan(uid: string): Promise<void> {
    const node = this.#graph.node(uid);
    if (!node?.kind) return;
    // The finalizer goes last: once the owner is gone, a dependent that still references it would be deleted.
    await eachAtOnce([...node.dependents.keys()], ORPHANED_AT_ONCE, (dependent) =>
      this.#dropReferences(dependent, [uid]),
    );
    const latest = await this.#read(node);
    if (latest) await this.#removeFinalizer(node, latest, ORPHAN);
  }

  /** Preconditions make a deletion fail if the object gained an owner, or was replaced, since it was read. */
  async #judge(node: GraphNode, latest: KubeObject): Promise<void> {
    const references = latest.metadata.ownerReferences ?? [];
    const owners = await Promise.all(
      references.map(async (owner) => ({ owner, state: await this.#stateOf(owner, node) })),
    );
    const dependents = [...node.dependents.keys()];
    const verdict = decide(latest, owners, {
      any: dependents.length > 0,
      someWait: dependents.some((dependent) => dependent.deletingDependents),
    });
    if (verdict.verdict === 'drop-references') await this.#dropReferences(node, verdict.uids);
    if (verdict.verdict !== 'delete') return;
    if (verdict.unblock) await this.#unblockOwners(node, latest);
    const { uid, resourceVersion, name = '', namespace } = latest.metadata;
    await this.#context.client
      .delete(node.kind!, name, namespace, {
        propagationPolicy: verdict.policy,
        preconditions: verdict.unblock ? { uid } : { uid, resourceVersion },
      })
      .catch(ignoreNotFound);
  }

  async #stateOf(owner: OwnerReference, dependent: GraphNode): Promise<OwnerState> {
    const kind = this.#monitors.kind(owner.apiVersion, owner.kind);
    if (!kind) throw new Error(`unable to get REST mapping for ${owner.apiVersion}/${owner.kind}.`);
    // A cluster-scoped dependent cannot have a namespaced owner: the reference can never be resolved.
    if (kind.resource.namespaced && !dependent.namespace) return 'solid';
    // All of it: a reference from another namespace, or with another kind or name, may hold the uid of an owner that exists.
    const id = compositeKey([dependent.namespace, owner.apiVersion, owner.kind, owner.name, owner.uid]);
    if (this.#absent.has(id)) return 'dangling';
    const found = await this.#get(kind, owner.name, dependent.namespace);
    if (found?.metadata.uid !== owner.uid) {
      this.#noteAbsent(id);
      return 'dangling';
    }
    const waits = found.metadata.deletionTimestamp && found.metadata.finalizers?.includes(FOREGROUND);
    return waits ? 'waiting' : 'solid';
  }

  #noteAbsent(id: string): void {
    this.#absent.add(id);
    if (this.#absent.size > ABSENT_KEPT) this.#absent.delete(this.#absent.values().next().value as string);
  }

  async #processForeground(node: GraphNode, latest: KubeObject): Promise<void> {
    if (node.blocking === 0) return this.#removeFinalizer(node, latest, FOREGROUND);
    for (const [dependent, blocks] of node.dependents)
      if (blocks && !dependent.beingDeleted) this.#again(dependent.uid);
  }

  async #removeFinalizer(node: GraphNode, latest: KubeObject, finalizer: string): Promise<void> {
    const { finalizers = [], resourceVersion, name = '', namespace } = latest.metadata;
    if (!finalizers.includes(finalizer)) return;
    const kept = finalizers.filter((one) => one !== finalizer);
    const patch = { metadata: { resourceVersion, finalizers: kept } };
    await this.#context.client.patch(node.kind!, name, namespace, 'merge', patch).catch(ignoreNotFound);
  }

  async #dropReferences(node: GraphNode, uids: readonly string[]): Promise<void> {
    await this.#changeReferences(node, (references) =>
      references.filter((reference) => !uids.includes(reference.uid)),
    );
  }

  async #unblockOwners(node: GraphNode, latest: KubeObject): Promise<void> {
    if (!latest.metadata.ownerReferences?.some((owner) => owner.blockOwnerDeletion)) return;
    await this.#changeReferences(node, (references) =>
      references.map((reference) => ({ ...reference, blockOwnerDeletion: false })),
    );
  }

  /** Reads, changes and writes at the version read, again on conflict: a merge patch cannot change part of a list. */
  async #changeReferences(
    node: GraphNode,
    change: (references: readonly OwnerReference[]) => OwnerReference[],
  ): Promise<void> {
    for (let attempts = 0; ; attempts++) {
      const latest = await this.#read(node);
      if (!latest || !node.kind) return;
      const { resourceVersion, name = '', namespace, ownerReferences = [] } = latest.metadata;
      const changed = change(ownerReferences);
      const patch = {
        metadata: { resourceVersion, ownerReferences: changed.length > 0 ? changed : null },
      };
      try {
        await this.#context.client.patch(node.kind, name, namespace, 'merge', patch);
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isConflict(error) || attempts >= 4) throw error;
      }
    }
  }

  /** The object as the server has it; undefined when it is gone or its name belongs to another object. */
  async #read(node: GraphNode): Promise<KubeObject | undefined> {
    const kind = node.kind ?? this.#monitors.kind(node.apiVersion, node.kindName);
    if (!kind) throw new Error(`unable to get REST mapping for ${node.apiVersion}/${node.kindName}.`);
    if (kind.resource.namespaced && !node.namespace) return undefined;
    const found = await this.#get(kind, node.name, node.namespace);
    return found?.metadata.uid === node.uid ? found : undefined;
  }

  async #get(kind: AnyResource, name: string, namespace: string): Promise<KubeObject | undefined> {
    try {
      const found = await this.#context.client.get(
        kind,
        name,
        kind.resource.namespaced ? namespace : undefined,
      );
      return found as typeof found & KubeObject;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
