// The node's lease in kube-node-lease, renewed every 10 seconds: the node's heartbeat. Called by node-manager.ts.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { type Clock, rfc3339Micro } from '../../kit/clock.ts';

const NAMESPACE = 'kube-node-lease';
export const LEASE_SECONDS = 40;

export class NodeLease {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #nodeName: string;
  readonly #nodeUid: () => string | undefined;
  #lease: Lease | undefined;
  /** Of the last lease that was renewed. */
  #uid: string | undefined;

  constructor(client: Client, clock: Clock, nodeName: string, nodeUid: () => string | undefined) {
    this.#client = client;
    this.#clock = clock;
    this.#nodeName = nodeName;
    this.#nodeUid = nodeUid;
  }

  /** Whether it is another lease than before: one goes with its Node. */
  async renew(): Promise<boolean> {
    const before = this.#uid;
    await this.#renew();
    this.#uid = this.#lease?.metadata.uid;
    return before !== undefined && before !== this.#uid;
  }

  async #renew(): Promise<void> {
    if (!this.#lease) this.#lease = await this.#obtain();
    try {
      this.#lease = await this.#client.update(Lease, this.#renewed(this.#lease));
    } catch (error) {
      // Whatever went wrong, the lease may have been changed or deleted: the next attempt reads it again.
      this.#lease = undefined;
      if (!isConflict(error) && !isNotFound(error)) throw error;
      this.#lease = await this.#client.update(Lease, this.#renewed(await this.#obtain()));
    }
  }

  async #obtain(): Promise<Lease> {
    try {
      return await this.#client.get(Lease, this.#nodeName, NAMESPACE);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const fresh: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.#nodeName, namespace: NAMESPACE },
      spec: {},
    };
    try {
      return await this.#client.create(Lease, this.#renewed(fresh));
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return this.#client.get(Lease, this.#nodeName, NAMESPACE);
    }
  }

  #renewed(lease: Lease): Lease {
    const uid = this.#nodeUid();
    const owner = { apiVersion: 'v1', kind: 'Node', name: this.#nodeName, uid: uid ?? '' };
    // The API server keeps them itself: a third of the object that need not go back.
    const { managedFields: _, ...metadata } = lease.metadata;
    return {
      ...lease,
      metadata: { ...metadata, ...(uid && { ownerReferences: [owner] }) },
      spec: {
        ...lease.spec,
        holderIdentity: this.#nodeName,
        leaseDurationSeconds: LEASE_SECONDS,
        renewTime: rfc3339Micro(this.#clock.now()),
      },
    };
  }
}
