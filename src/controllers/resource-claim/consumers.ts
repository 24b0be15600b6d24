// The consumers of one claim: reservations of pods that are gone or done end, the claim is deallocated with the last of them, and one
// that was made for such a pod is deleted. Called by controller.ts.
import { isPodReference } from '../../api/devices/pod-claims.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import {
  ResourceClaim,
  type ResourceClaimConsumerReference,
} from '../../api/kinds/resource/v1/resource-claim.ts';
import { isBeingDeleted, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { DeletedPods } from './deleted-pods.ts';
import type { IndexOfClaims } from './index-of-claims.ts';
import { isPodDone, isProtected, owningPod, withoutAllocation, withoutFinalizer } from './plan.ts';

export class Consumers {
  readonly #client: Client;
  readonly #index: IndexOfClaims;
  readonly #deleted: DeletedPods;

  constructor(client: Client, index: IndexOfClaims, deleted: DeletedPods) {
    this.#client = client;
    this.#index = index;
    this.#deleted = deleted;
  }

  async reconcile(key: string): Promise<undefined> {
    const claim = this.#index.claims.lister.byKey(key);
    if (!claim) return undefined;
    const before = claim.status?.reservedFor ?? [];
    const remaining: ResourceClaimConsumerReference[] = [];
    for (const consumer of before)
      if (await this.#isToBeKept(consumer, namespaceOf(claim))) remaining.push(consumer);
    if (remaining.length < before.length) await this.#release(claim, remaining);
    else if (remaining.length === 0 && isBeingDeleted(claim) && isProtected(claim))
      await this.#unblock(claim);
    if (remaining.length === 0) await this.#deleteIfDone(claim);
    return undefined;
  }

  /** Consumers of other kinds than pods are kept: nothing is known of them. */
  async #isToBeKept(consumer: ResourceClaimConsumerReference, namespace: string): Promise<boolean> {
    const { name, uid } = consumer;
    if (!isPodReference(consumer)) return true;
    if (this.#deleted.has(uid)) return false;
    const pod = this.#index.pods.lister.get(name, namespace);
    if (pod) return uidOf(pod) === uid && !isPodDone(pod);
    // The scheduler may be about to place a pod that the cache does not show yet.
    try {
      return uidOf(await this.#client.get(Pod, name, namespace)) === uid;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /**
   * Updates with the version that was read, not patches: another consumer may come meanwhile. Only a claim that loses its last
   * consumer is deallocated: a driver may allocate a claim before anybody has reserved it.
   */
  async #release(
    claim: Readonly<ResourceClaim>,
    remaining: readonly ResourceClaimConsumerReference[],
  ): Promise<void> {
    const reservedFor = [...remaining];
    const released = { ...claim, status: { ...claim.status, reservedFor } };
    const isUnused = remaining.length === 0 && isProtected(claim);
    const written = await this.#updateStatus(isUnused ? withoutAllocation(released) : released);
    if (isProtected(written) && !written.status?.allocation) await this.#unprotect(written);
  }

  async #unblock(claim: Readonly<ResourceClaim>): Promise<void> {
    const free = claim.status?.allocation ? await this.#updateStatus(withoutAllocation(claim)) : claim;
    await this.#unprotect(free);
  }

  #updateStatus(claim: ResourceClaim): Promise<ResourceClaim> {
    return this.#client.update(ResourceClaim, claim, { subresource: 'status' });
  }

  async #unprotect(claim: Readonly<ResourceClaim>): Promise<void> {
    await this.#client.update(ResourceClaim, withoutFinalizer(claim));
  }

  /** The garbage collector does this, too, but not before the pod itself is deleted. */
  async #deleteIfDone(claim: Readonly<ResourceClaim>): Promise<void> {
    const owner = owningPod(claim);
    const pod = owner && this.#index.pods.lister.get(owner.name, namespaceOf(claim));
    if (!pod || (uidOf(pod) === owner.uid && !isPodDone(pod))) return;
    const preconditions = { uid: uidOf(claim) };
    try {
      await this.#client.delete(ResourceClaim, nameOf(claim), namespaceOf(claim), { preconditions });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
