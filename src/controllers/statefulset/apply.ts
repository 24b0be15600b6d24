// Carries out the steps of a stateful set, with upstream's events. A pod's claims are created before the pod, because the
// scheduler does not place a pod whose claims do not exist. Claims that exist are used as they are: they hold the data of an
// earlier pod of that name. Follows pkg/controller/statefulset/stateful_pod_control.go.
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { type EventType, referenceTo } from '../../client/events/events.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';
import { claimsOf } from './identity.ts';

export class StatefulPods {
  readonly #context: ControllerContext;
  readonly #claims: Lister<PersistentVolumeClaim>;

  constructor(context: ControllerContext, claims: Lister<PersistentVolumeClaim>) {
    this.#context = context;
    this.#claims = claims;
  }

  /** Returns the created pod; undefined when one of that name exists already: the cache lags, or it is another owner's. */
  async create(set: Readonly<StatefulSet>, pod: Pod): Promise<Pod | undefined> {
    await this.createClaims(set, pod);
    try {
      const made = await this.#context.client.create(Pod, pod);
      this.#tell(set, 'create', pod);
      return made;
    } catch (error) {
      if (isAlreadyExists(error)) return undefined;
      if (!isNamespaceTerminating(error)) this.#tell(set, 'create', pod, error);
      throw error;
    }
  }

  /** Called for pending pods too: a claim may have been deleted since, and the pod cannot start without it. */
  async createClaims(set: Readonly<StatefulSet>, pod: Readonly<Pod>): Promise<void> {
    for (const claim of claimsOf(set, pod)) {
      if (this.#claims.get(nameOf(claim), namespaceOf(claim))) continue;
      const what = `create Claim ${nameOf(claim)} Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)}`;
      try {
        await this.#context.client.create(PersistentVolumeClaim, claim);
        this.#record(set, 'Normal', 'SuccessfulCreate', `${what} success`);
      } catch (error) {
        if (isAlreadyExists(error)) continue;
        this.#record(set, 'Warning', 'FailedCreate', `${what} failed error: ${messageOf(error)}`);
        throw error;
      }
    }
  }

  async delete(set: Readonly<StatefulSet>, pod: Readonly<Pod>, why?: 'failed' | 'succeeded'): Promise<void> {
    const where = `StatefulSet ${namespaceOf(set)}/${nameOf(set)}`;
    if (why === 'failed')
      this.#record(set, 'Warning', 'RecreatingFailedPod', `${where} is recreating failed Pod ${nameOf(pod)}`);
    else if (why === 'succeeded')
      this.#record(
        set,
        'Normal',
        'RecreatingTerminatedPod',
        `${where} is recreating terminated Pod ${nameOf(pod)}`,
      );
    try {
      await this.#context.client.delete(Pod, nameOf(pod), namespaceOf(pod));
      this.#tell(set, 'delete', pod);
    } catch (error) {
      if (isNotFound(error)) return;
      this.#tell(set, 'delete', pod, error);
      throw error;
    }
  }

  #tell(set: Readonly<StatefulSet>, verb: 'create' | 'delete', pod: Readonly<Pod>, error?: unknown): void {
    const what = `${verb} Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)}`;
    const Verb = verb === 'create' ? 'Create' : 'Delete';
    if (error === undefined) this.#record(set, 'Normal', `Successful${Verb}`, `${what} successful`);
    else this.#record(set, 'Warning', `Failed${Verb}`, `${what} failed error: ${messageOf(error)}`);
  }

  #record(set: Readonly<StatefulSet>, type: EventType, reason: string, message: string): void {
    this.#context.events.record(referenceTo(StatefulSet, set), type, reason, message);
  }
}
