// Carries out the steps of a stateful set, with upstream's events. A pod's claims are created before the pod, because the
// scheduler does not place a pod whose claims do not exist. Claims that exist are used as they are: they hold the data of an
// earlier pod of that name. Follows pkg/controller/statefulset/stateful_pod_control.go.
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../api/status/status-error.ts';
import { type EventType, referenceTo } from '../../client/events/events.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';
import { claimsOf, identityLabels } from './identity.ts';
import { isStaleFor, ownershipOf } from './retention.ts';

export class StatefulPods {
  readonly #context: ControllerContext;
  readonly #claims: Lister<PersistentVolumeClaim>;

  constructor(context: ControllerContext, claims: Lister<PersistentVolumeClaim>) {
    this.#context = context;
    this.#claims = claims;
  }

  /** Returns the created pod; undefined when one of that name exists already: the cache lags, or it is another owner's. */
  async create(set: Readonly<StatefulSet>, pod: Pod): Promise<Pod | undefined> {
    try {
      await this.#createClaims(set, pod);
      const made = await this.#context.client.create(Pod, pod);
      this.#tell(set, 'Create', pod);
      return made;
    } catch (error) {
      if (isAlreadyExists(error)) return undefined;
      if (!isNamespaceTerminating(error)) this.#tell(set, 'Create', pod, error);
      throw error;
    }
  }

  /** True while a claim that a pod of the name would use is about to be deleted with an earlier one. */
  hasStaleClaim(set: Readonly<StatefulSet>, pod: Readonly<Pod>): boolean {
    return this.#claimsOf(set, pod).some((claim) => isStaleFor(set, pod, claim));
  }

  /** `create`: for pending pods, since a claim may have been deleted since, and the pod cannot start without it. */
  async mendClaims(set: Readonly<StatefulSet>, pod: Readonly<Pod>, create: boolean): Promise<void> {
    if (create) await this.#createClaims(set, pod);
    for (const claim of this.#claimsOf(set, pod)) {
      const { references, conflict } = ownershipOf(set, pod, claim);
      if (conflict && (create || references)) this.#tellOfConflict(set, claim);
      if (!references) continue;
      const metadata = { ...claim.metadata, ownerReferences: [...references] };
      try {
        await this.#context.client.update(PersistentVolumeClaim, { ...claim, metadata });
      } catch (error) {
        if (isNotFound(error)) continue;
        if (!isConflict(error)) this.#tell(set, 'Update', pod, error);
        throw error;
      }
    }
  }

  async label(set: Readonly<StatefulSet>, pod: Readonly<Pod>, ordinal: number): Promise<void> {
    const patch = { metadata: { labels: identityLabels(nameOf(pod), ordinal) } };
    try {
      await this.#context.client.patch(Pod, nameOf(pod), namespaceOf(pod), 'merge', patch);
      this.#tell(set, 'Update', pod);
    } catch (error) {
      if (isNotFound(error)) return;
      this.#tell(set, 'Update', pod, error);
      throw error;
    }
  }

  async delete(set: Readonly<StatefulSet>, pod: Readonly<Pod>): Promise<void> {
    try {
      await this.#context.client.delete(Pod, nameOf(pod), namespaceOf(pod));
      this.#tell(set, 'Delete', pod);
    } catch (error) {
      if (isNotFound(error)) return;
      this.#tell(set, 'Delete', pod, error);
      throw error;
    }
  }

  /** Those of the pod's claims that exist. */
  #claimsOf(set: Readonly<StatefulSet>, pod: Readonly<Pod>): Readonly<PersistentVolumeClaim>[] {
    return claimsOf(set, pod).flatMap((claim) => this.#claims.get(nameOf(claim), namespaceOf(claim)) ?? []);
  }

  async #createClaims(set: Readonly<StatefulSet>, pod: Readonly<Pod>): Promise<void> {
    for (const claim of claimsOf(set, pod)) {
      const found = this.#claims.get(nameOf(claim), namespaceOf(claim));
      if (found && isBeingDeleted(found)) throw new Error(`pvc ${nameOf(claim)} is being deleted`);
      if (!found) await this.#createClaim(set, pod, claim);
    }
  }

  async #createClaim(
    set: Readonly<StatefulSet>,
    pod: Readonly<Pod>,
    claim: PersistentVolumeClaim,
  ): Promise<void> {
    const where = `Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)}`;
    try {
      await this.#context.client.create(PersistentVolumeClaim, claim);
      this.#record(set, 'Normal', 'SuccessfulCreate', `Create Claim ${nameOf(claim)} ${where} success`);
    } catch (error) {
      if (isAlreadyExists(error)) return;
      if (isNamespaceTerminating(error)) throw error;
      const why = messageOf(error);
      const message = `Create Claim ${nameOf(claim)} for ${where} failed error: ${why}`;
      this.#record(set, 'Warning', 'FailedCreate', message);
      throw new Error(`failed to create PVC ${nameOf(claim)}: ${why}`, { cause: error });
    }
  }

  #tellOfConflict(set: Readonly<StatefulSet>, claim: Readonly<PersistentVolumeClaim>): void {
    const message = `PersistentVolumeClaim ${nameOf(claim)} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
    this.#record(set, 'Warning', 'ConflictingController', message);
  }

  #tell(
    set: Readonly<StatefulSet>,
    verb: 'Create' | 'Update' | 'Delete',
    pod: Readonly<Pod>,
    error?: unknown,
  ): void {
    const what = `${verb} Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)}`;
    if (error === undefined) this.#record(set, 'Normal', `Successful${verb}`, `${what} successful`);
    else this.#record(set, 'Warning', `Failed${verb}`, `${what} failed error: ${messageOf(error)}`);
  }

  #record(set: Readonly<StatefulSet>, type: EventType, reason: string, message: string): void {
    this.#context.events.record(referenceTo(StatefulSet, set), type, reason, message);
  }
}
