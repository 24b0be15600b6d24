// Which children belong to a controller: those it owns and selects. It adopts matching orphans and lets go of what it no
// longer selects, as upstream's ControllerRefManager does.
import { controllerOf, labelsOf, uidOf } from '../../../api/meta/v1/object.ts';
import type { OwnerReference } from '../../../api/meta/v1/object-meta.ts';
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
  const ownerLeaves = owner.metadata.deletionTimestamp !== undefined;
  if (controller) {
    if (controller.uid !== uidOf(owner)) return 'ignore';
    if (matches) return 'keep';
    return ownerLeaves ? 'ignore' : 'release';
  }
  const adoptable = matches && !ownerLeaves && child.metadata.deletionTimestamp === undefined;
  return adoptable ? 'adopt' : 'ignore';
}

export interface ClaimOptions<T> {
  readonly client: Client;
  readonly owner: { readonly metadata: KubeObject['metadata'] };
  readonly ownerReference: OwnerReference;
  readonly selector: LabelSelector;
  readonly childKind: AnyResource;
  readonly children: readonly Readonly<T>[];
  /** Reads the owner past the cache: one that is going or was replaced must adopt nothing. */
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
      mayAdopt ??= ensureOwnerLives(options);
      await mayAdopt;
      if (await adopt(options, child)) owned.push(child);
    }
  }
  return owned;
}

async function ensureOwnerLives<T>(options: ClaimOptions<T>): Promise<void> {
  const fresh = await options.readOwner();
  const { name, namespace, deletionTimestamp } = fresh.metadata;
  if (uidOf(fresh) !== uidOf(options.owner))
    throw new Error(`original ${options.ownerReference.kind} ${namespace}/${name} is gone`);
  if (deletionTimestamp)
    throw new Error(`${namespace}/${name} has just been deleted at ${deletionTimestamp}`);
}

async function adopt<T>(
  options: ClaimOptions<T>,
  child: { readonly metadata: KubeObject['metadata'] },
): Promise<boolean> {
  const { name = '', namespace, uid } = child.metadata;
  const patch = { metadata: { ownerReferences: [options.ownerReference], uid } };
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
    // Gone, or no longer the same object: either way there is nothing left to release.
    if (!isNotFound(error) && !isInvalid(error)) throw error;
  }
}
