// What the plugin writes: allocations and reservations before a pod is bound, and their end when it is given up.
// Upstream: bindClaim, Unreserve and PostFilter in dynamicresources.go.
import { CLAIM_FINALIZER, consumerOf } from '../../../api/devices/pod-claims.ts';
import { type Pod, Pod as PodKind } from '../../../api/kinds/core/v1/pod.ts';
import type { PodExtendedResourceClaimStatus } from '../../../api/kinds/core/v1/pod-status.ts';
import { type AllocationResult, ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf, uidOf } from '../../../api/meta/v1/object.ts';
import { isConflict } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { type Clock, rfc3339 } from '../../../kit/clock.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Claim } from './claims.ts';

/** As client-go's DefaultRetry. */
const TRIES = 5;
const PAUSE_MS = 10;

export interface ClaimWriterOptions {
  readonly client: Pick<Client, 'create' | 'delete' | 'get' | 'update' | 'patch'>;
  readonly clock: Clock;
  /** Allocations have the time at which they were made. */
  readonly withTimestamps: boolean;
}

export class ClaimWriter {
  readonly #options: ClaimWriterOptions;

  constructor(options: ClaimWriterOptions) {
    this.#options = options;
  }

  /** Writes the allocation, if there is one, and reserves the claim for the pod. Others may change the claim meanwhile. */
  async bind(
    claim: Claim,
    pod: Readonly<Pod>,
    allocation: AllocationResult | undefined,
  ): Promise<ResourceClaim> {
    let current: Claim = claim;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#tryToBind(current, pod, allocation);
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === TRIES) throw error;
      }
      await this.#options.clock.sleep(PAUSE_MS);
      current = await this.#options.client
        .get(ResourceClaim, nameOf(claim), namespaceOf(claim))
        .catch((error: unknown) => {
          throw failure(`get updated claim ${keyOf(claim)} after conflict`, error);
        });
    }
  }

  async #tryToBind(
    claim: Claim,
    pod: Readonly<Pod>,
    allocation: AllocationResult | undefined,
  ): Promise<ResourceClaim> {
    const key = keyOf(claim);
    if (isBeingDeleted(claim)) throw new Error(`claim ${key} got deleted in the meantime`);
    if (allocation && claim.status?.allocation)
      throw new Error(`claim ${key} got allocated elsewhere in the meantime`);
    const protectedClaim = allocation ? await this.#protect(claim) : claim;
    const allocated = allocation ?? claim.status?.allocation;
    const { clock, client, withTimestamps } = this.#options;
    if (!allocated && withTimestamps)
      throw new Error(`claim ${key} got deallocated elsewhere in the meantime`);
    const stamped =
      allocated && withTimestamps ? { allocationTimestamp: rfc3339(clock.now()), ...allocated } : allocated;
    const { status = {} } = protectedClaim;
    const reservedFor = [...(status.reservedFor ?? []), consumerOf(pod)];
    const changed = {
      ...protectedClaim,
      status: { ...status, reservedFor, ...(stamped && { allocation: stamped }) },
    };
    const what = allocation ? 'add allocation and reservation to claim' : 'add reservation to claim';
    return client.update(ResourceClaim, changed, { subresource: 'status' }).catch((error: unknown) => {
      throw failure(`${what} ${key}`, error);
    });
  }

  async #protect(claim: Claim): Promise<Claim> {
    const { finalizers = [] } = claim.metadata;
    if (finalizers.includes(CLAIM_FINALIZER)) return claim;
    const metadata = { ...claim.metadata, finalizers: [...finalizers, CLAIM_FINALIZER] };
    return this.#options.client.update(ResourceClaim, { ...claim, metadata }).catch((error: unknown) => {
      throw failure(`add finalizer to claim ${keyOf(claim)}`, error);
    });
  }

  create(claim: ResourceClaim): Promise<ResourceClaim> {
    return this.#options.client.create(ResourceClaim, claim).catch((error: unknown) => {
      throw failure(`create claim for extended resources ${keyOf(claim)}`, error);
    });
  }

  /** The pod's status says which of its containers has the devices of which request. */
  async notePod(pod: Readonly<Pod>, status: PodExtendedResourceClaimStatus): Promise<void> {
    const patch = { metadata: { uid: uidOf(pod) }, status: { extendedResourceClaimStatus: status } };
    await this.#options.client
      .patch(PodKind, nameOf(pod), namespaceOf(pod), 'merge', patch, { subresource: 'status' })
      .catch((error: unknown) => {
        throw failure(`update pod ${keyOf(pod)} ExtendedResourceClaimStatus`, error);
      });
  }

  /** Without its finalizer, which would keep it. */
  async delete(claim: Claim): Promise<void> {
    const { client } = this.#options;
    const [name, namespace] = [nameOf(claim), namespaceOf(claim)];
    const current = await client.get(ResourceClaim, name, namespace);
    const finalizers = (current.metadata.finalizers ?? []).filter((one) => one !== CLAIM_FINALIZER);
    if (uidOf(current) !== uidOf(claim)) return;
    await client.update(ResourceClaim, { ...current, metadata: { ...current.metadata, finalizers } });
    await client.delete(ResourceClaim, name, namespace, { preconditions: { uid: uidOf(claim) } });
  }

  /** Takes away this one reservation, whatever the claim's version. */
  async release(claim: Claim, pod: Readonly<Pod>): Promise<void> {
    const patch = {
      metadata: { uid: uidOf(claim) },
      status: { reservedFor: [{ $patch: 'delete', uid: uidOf(pod) }] },
    };
    await this.#options.client.patch(ResourceClaim, nameOf(claim), namespaceOf(claim), 'strategic', patch, {
      subresource: 'status',
    });
  }

  /** Fails if somebody has reserved the claim meanwhile. */
  async deallocate(claim: Claim): Promise<void> {
    await this.#options.client.update(ResourceClaim, { ...claim, status: {} }, { subresource: 'status' });
  }
}

class Conflict extends Error {}

function failure(what: string, error: unknown): Error {
  const message = `${what}: ${messageOf(error)}`;
  return isConflict(error) ? new Conflict(message, { cause: error }) : new Error(message, { cause: error });
}
