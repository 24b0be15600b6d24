// The node's lease in kube-node-lease, renewed every 10 seconds: the node's heartbeat. Called by node-manager.ts.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { isAlreadyExists, isConflict, isNotFound, StatusError } from '../../api/status/status-error.ts';
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
    const lease = this.#lease ?? (await this.#find());
    try {
      this.#lease = lease ? await this.#client.update(Lease, this.#renewed(lease)) : await this.#make();
    } catch (error) {
      // Whatever went wrong, the lease may have been changed or deleted: the next attempt reads it again.
      this.#lease = undefined;
      if (!(error instanceof StatusError)) throw error;
      const found = await this.#find();
      if (found && !isConflict(error) && !isNotFound(error) && !isAlreadyExists(error)) throw error;
      // One that is gone is refused in several ways: what is put in its place must not name its version.
      this.#lease = found ? await this.#client.update(Lease, this.#renewed(found)) : await this.#make();
    }
  }

  #find(): Promise<Lease | undefined> {
    return this.#client.get(Lease, this.#nodeName, NAMESPACE).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  }

  #make(): Promise<Lease> {
    const fresh: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.#nodeName, namespace: NAMESPACE },
      spec: {},
    };
    return this.#client.create(Lease, this.#renewed(fresh));
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
