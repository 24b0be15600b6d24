// Which children belong to an owner: those it controls and selects. Matching orphans are adopted, children that no longer
// match are released, as upstream's ControllerRefManager does (pkg/controller/controller_ref_manager.go).
import {
  controllerOf,
  controllerReference,
  isBeingDeleted,
  labelsOf,
  uidOf,
} from '../../../api/meta/v1/object.ts';
import type { AnyResource, KubeObject } from '../../../api/meta/v1/resource.ts';
import type { LabelSelector } from '../../../api/selectors/label-selector.ts';
import { isInvalid, isNotFound } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';

export type Claim = 'keep' | 'adopt' | 'release' | 'ignore';

/** What to do about one child, decided from the caches alone. */
export function claimOf(
  owner: { readonly metadata: KubeObject['metadata'] },
  selector: LabelSelector,
  child: { readonly metadata: KubeObject['metadata'] },
): Claim {
  const controller = controllerOf(child);
  const matches = selector.matches(labelsOf(child));
  const ownerIsDeleted = isBeingDeleted(owner);
  if (controller) {
    if (controller.uid !== uidOf(owner)) return 'ignore';
    if (matches) return 'keep';
    return ownerIsDeleted ? 'ignore' : 'release';
  }
  const adoptable = matches && !ownerIsDeleted && !isBeingDeleted(child);
  return adoptable ? 'adopt' : 'ignore';
}

export interface ClaimOptions<T> {
  readonly client: Client;
  readonly owner: { readonly metadata: KubeObject['metadata'] };
  readonly ownerKind: AnyResource;
  readonly selector: LabelSelector;
  readonly childKind: AnyResource;
  readonly children: readonly Readonly<T>[];
  /** Reads the owner past the cache: one that is being deleted or was replaced must adopt nothing. */
  readonly readOwner: () => Promise<{ readonly metadata: KubeObject['metadata'] }>;
}

/** The children that belong to the owner after adopting and releasing. */
export async function claim<T extends { readonly metadata: KubeObject['metadata'] }>(
  options: ClaimOptions<T>,
): Promise<Readonly<T>[]> {
  const owned: Readonly<T>[] = [];
  let mayAdopt: Promise<void> | undefined;
  for (const child of options.children) {
    const decision = claimOf(options.owner, options.selector, child);
    if (decision === 'keep') owned.push(child);
    else if (decision === 'release') await release(options, child);
    else if (decision === 'adopt') {
      mayAdopt ??= ensureOwnerExists(options);
      await mayAdopt;
      if (await adopt(options, child)) owned.push(child);
    }
  }
  return owned;
}

async function ensureOwnerExists<T>(options: ClaimOptions<T>): Promise<void> {
  const fresh = await options.readOwner();
  const { name, namespace, deletionTimestamp } = fresh.metadata;
  if (uidOf(fresh) !== uidOf(options.owner))
    throw new Error(`original ${options.ownerKind.resource.kind} ${namespace}/${name} is gone`);
  if (deletionTimestamp)
    throw new Error(`${namespace}/${name} has just been deleted at ${deletionTimestamp}`);
}

async function adopt<T>(
  options: ClaimOptions<T>,
  child: { readonly metadata: KubeObject['metadata'] },
): Promise<boolean> {
  const { name = '', namespace, uid } = child.metadata;
  // The uid makes the patch fail for a child of the same name that replaced this one.
  const ownerReferences = [controllerReference(options.ownerKind, options.owner)];
  const patch = { metadata: { ownerReferences, uid } };
  try {
    await options.client.patch(options.childKind, name, namespace, 'strategic', patch);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function release<T>(
  options: ClaimOptions<T>,
  child: { readonly metadata: KubeObject['metadata'] },
): Promise<void> {
  const { name = '', namespace, uid } = child.metadata;
  const patch = { metadata: { uid, ownerReferences: [{ $patch: 'delete', uid: uidOf(options.owner) }] } };
  try {
    await options.client.patch(options.childKind, name, namespace, 'strategic', patch);
  } catch (error) {
    // Deleted, or replaced by another object of the same name: there is nothing left to release.
    if (!isNotFound(error) && !isInvalid(error)) throw error;
  }
}
