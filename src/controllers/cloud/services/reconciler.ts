// Brings one Service's load balancer to what the Service asks for, and all of them to the nodes that there are.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { type LoadBalancerStatus, Service } from '../../../api/kinds/core/v1/service.ts';
import { keyOf, nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import { takesTraffic } from '../../../api/nodes/balanced.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { type EventType, referenceTo } from '../../../client/events/events.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Enqueue, Result } from '../../framework/controller.ts';
import { sameMeaning } from '../../framework/same-meaning.ts';
import type { CloudContext } from '../context.ts';
import { ImplementedElsewhere, type LoadBalancers, RetryError } from '../provider.ts';
import { BalancerInstruments } from './instruments.ts';
import { namesOf, sameNodes } from './nodes.ts';
import { CLEANUP_FINALIZER, hasFinalizer, needsCleanup, wantsLoadBalancer } from './wants.ts';

type Nodes = readonly Readonly<Node>[];

/** What is remembered of a Service that has, or may have, a load balancer. */
interface Known {
  readonly service: Readonly<Service>;
  nodes: Nodes;
}

export class BalancerReconciler {
  readonly #context: CloudContext;
  readonly #balancers: LoadBalancers;
  readonly #instruments: BalancerInstruments;
  readonly #known = new Map<string, Known>();
  #enqueue: Enqueue = () => {};

  constructor(context: CloudContext, balancers: LoadBalancers) {
    this.#context = context;
    this.#balancers = balancers;
    this.#instruments = new BalancerInstruments(context.metrics);
  }

  begin(enqueue: Enqueue): void {
    this.#enqueue = enqueue;
  }

  knows(key: string): boolean {
    return this.#known.has(key);
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const service = this.#context.informers.informer(Service).lister.byKey(key);
    const known = this.#known.get(key);
    // Gone without the finalizer having held it.
    if (known && known.service.metadata.uid !== service?.metadata.uid) {
      await this.#removeForgotten(known.service);
      this.#known.delete(key);
    }
    if (!service) return undefined;
    try {
      if (this.#wants(service) && !needsCleanup(service)) await this.#ensure(service);
      else {
        await this.#remove(service);
        this.#known.delete(key);
      }
      return undefined;
    } catch (error) {
      this.#record(
        service,
        'Warning',
        'SyncLoadBalancerFailed',
        `Error syncing load balancer: ${messageOf(error)}`,
      );
      const { cause } = error as Error;
      if (!(cause instanceof RetryError)) throw error;
      return { requeueAfter: cause.retryAfterMs };
    }
  }

  /** Gives all load balancers the nodes that there are now; those that fail are made anew. */
  async reconcileNodes(): Promise<void> {
    const { clock, log } = this.#context;
    const from = clock.monotonic();
    const nodes = this.#nodes();
    for (const [key, known] of [...this.#known]) {
      if (!this.#wants(known.service)) continue;
      const before = known.nodes.filter(takesTraffic);
      // Also when it fails: then the Service's own round does it.
      known.nodes = nodes;
      if (sameNodes(before, nodes)) continue;
      try {
        await this.#update(known.service, nodes);
      } catch (error) {
        log.warn('a load balancer was not given other nodes', { service: key, error: messageOf(error) });
        this.#instruments.nodeErrors.add();
        this.#enqueue(key);
      }
    }
    this.#instruments.nodesHandled(clock.monotonic() - from);
  }

  async #ensure(service: Readonly<Service>): Promise<void> {
    const nodes = this.#nodes();
    this.#known.set(keyOf(service), { service, nodes });
    this.#record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
    // First: a Service must not go before its load balancer.
    await this.#changeFinalizers(service, 'add');
    if (nodes.length === 0) this.#recordNoNodes(service);
    let status: LoadBalancerStatus;
    try {
      status = await this.#balancers.ensure(service, nodes);
    } catch (error) {
      if (error instanceof ImplementedElsewhere) return;
      if (error instanceof RetryError && error.status) await this.#writeStatus(service, error.status);
      throw new Error(`failed to ensure load balancer: ${messageOf(error)}`, { cause: error });
    }
    this.#record(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
    await this.#writeStatus(service, status);
  }

  async #remove(service: Readonly<Service>): Promise<void> {
    const found = await this.#balancers.find(service).catch((error: unknown) => {
      throw new Error(`failed to check if load balancer exists before cleanup: ${messageOf(error)}`);
    });
    if (found) {
      this.#record(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
      await this.#balancers.remove(service).catch((error: unknown) => {
        if (error instanceof ImplementedElsewhere) return;
        throw new Error(`failed to delete load balancer: ${messageOf(error)}`, { cause: error });
      });
    }
    await this.#changeFinalizers(service, 'remove');
    this.#record(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
    await this.#writeStatus(service, {});
  }

  async #removeForgotten(service: Readonly<Service>): Promise<void> {
    if (!this.#wants(service)) return;
    this.#record(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
    try {
      await this.#balancers.remove(service);
    } catch (error) {
      const message = `Error deleting load balancer: ${messageOf(error)}`;
      this.#record(service, 'Warning', 'DeleteLoadBalancerFailed', message);
      throw error;
    }
    this.#record(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
  }

  async #update(service: Readonly<Service>, nodes: Nodes): Promise<void> {
    const { clock } = this.#context;
    const from = clock.monotonic();
    this.#instruments.updates.add();
    try {
      await this.#balancers.update(service, nodes);
      if (nodes.length === 0) this.#recordNoNodes(service);
      else this.#record(service, 'Normal', 'UpdatedLoadBalancer', 'Updated load balancer with new hosts');
    } catch (error) {
      if (error instanceof ImplementedElsewhere) return;
      const found = await this.#balancers.find(service).catch(() => true);
      if (!found) return;
      const which = `${namesOf(nodes)} [node names limited, total number of nodes: ${nodes.length}]`;
      const message = `Error updating load balancer with new hosts ${which}, error: ${messageOf(error)}`;
      this.#record(service, 'Warning', 'UpdateLoadBalancerFailed', message);
      throw error;
    } finally {
      this.#instruments.updated(clock.monotonic() - from);
    }
  }

  #wants(service: Readonly<Service>): boolean {
    return wantsLoadBalancer(service, this.#balancers.className);
  }

  #nodes(): Nodes {
    return this.#context.informers.informer(Node).lister.list().filter(takesTraffic);
  }

  /** Through the status, as upstream: the role has no right to write Services themselves. */
  async #changeFinalizers(service: Readonly<Service>, what: 'add' | 'remove'): Promise<void> {
    if (hasFinalizer(service) === (what === 'add')) return;
    const list = [CLEANUP_FINALIZER];
    const metadata = what === 'add' ? { finalizers: list } : { '$deleteFromPrimitiveList/finalizers': list };
    await this.#patch(service, 'strategic', { metadata }).catch((error: unknown) => {
      if (what === 'remove' && isNotFound(error)) return;
      throw new Error(`failed to ${what} load balancer cleanup finalizer: ${messageOf(error)}`);
    });
  }

  async #writeStatus(service: Readonly<Service>, { ingress }: LoadBalancerStatus): Promise<void> {
    if (sameMeaning(service.status?.loadBalancer?.ingress, ingress)) return;
    const status = { loadBalancer: { ingress: ingress ?? null } };
    await this.#patch(service, 'merge', { status }).catch((error: unknown) => {
      if (!isNotFound(error)) throw new Error(`failed to update load balancer status: ${messageOf(error)}`);
    });
  }

  #patch(service: Readonly<Service>, type: 'merge' | 'strategic', patch: object): Promise<unknown> {
    const options = { subresource: 'status' };
    return this.#context.client.patch(Service, nameOf(service), namespaceOf(service), type, patch, options);
  }

  #recordNoNodes(service: Readonly<Service>): void {
    const message = 'There are no available nodes for LoadBalancer';
    this.#record(service, 'Warning', 'UnAvailableLoadBalancer', message);
  }

  #record(service: Readonly<Service>, type: EventType, reason: string, message: string): void {
    this.#context.events.record(referenceTo(Service, service), type, reason, message);
  }
}
