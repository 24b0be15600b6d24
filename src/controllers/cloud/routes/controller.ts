// Promise: the provider's network sends packets for a node's pods to that node, and the node's condition NetworkUnavailable says
// whether it does. Upstream: staging/src/k8s.io/cloud-provider/controllers/route.
import type { Prefix } from '../../../api/addresses/prefix.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { conditionOf } from '../../../api/meta/v1/conditions.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { rfc3339 } from '../../../kit/clock.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { type Counter, MetricsRegistry } from '../../../kit/metrics.ts';
import { eachAtOnce } from '../../framework/at-once.ts';
import { type Controller, reads } from '../../framework/controller.ts';
import type { CloudContext } from '../context.ts';
import type { Routes } from '../provider.ts';
import { type Missing, planOf, podCIDRsOf } from './plan.ts';

/** The one key: all routes. */
const ROUTES = '/routes';
/** Upstream's --route-reconciliation-period. */
const PERIOD_MS = 10_000;
/** As upstream's. */
const AT_ONCE = 200;

const MADE = { status: 'False', reason: 'RouteCreated', message: 'RouteController created a route' };
const NOT_MADE = {
  status: 'True',
  reason: 'NoRouteCreated',
  message: 'RouteController failed to create a route',
};

/** `ranges`: the cluster CIDRs; routes outside them are left alone. */
export function createNodeRouteController(
  context: CloudContext,
  routes: Routes,
  ranges: readonly Prefix[],
  periodMs = PERIOD_MS,
): Controller {
  const nodes = context.informers.informer(Node);
  const reconciler = new RouteReconciler(context, routes, ranges);
  return {
    name: 'node-route-controller',
    workers: 1,
    watches: [reads(nodes)],
    start: (enqueue) => enqueue(ROUTES),
    reconcile: async () => {
      await reconciler
        .reconcile(nodes.lister.list())
        .catch((error: unknown) =>
          context.log.warn('could not reconcile node routes', { error: messageOf(error) }),
        );
      return { requeueAfter: periodMs };
    },
  };
}

class RouteReconciler {
  readonly #context: CloudContext;
  readonly #routes: Routes;
  readonly #ranges: readonly Prefix[];
  readonly #rounds: Counter;

  constructor(context: CloudContext, routes: Routes, ranges: readonly Prefix[]) {
    this.#context = context;
    this.#routes = routes;
    this.#ranges = ranges;
    const { metrics = new MetricsRegistry() } = context;
    this.#rounds = metrics.counter(
      'route_controller_route_sync_total',
      'Rounds in which the provider’s routes were compared with the nodes.',
    );
    this.#rounds.add({}, 0);
  }

  async reconcile(nodes: readonly Readonly<Node>[]): Promise<void> {
    this.#rounds.add();
    const present = await this.#routes.list().catch((error: unknown) => {
      throw new Error(`error listing routes: ${messageOf(error)}`);
    });
    const plan = planOf(nodes, present, this.#ranges);
    // All of them before the first is made: one that changes is removed and made again.
    await eachAtOnce(plan.remove, AT_ONCE, (route) =>
      this.#routes.remove(route).catch((error: unknown) =>
        this.#context.log.warn('could not delete a route', {
          route: route.name,
          cidr: route.destinationCIDR,
          error: messageOf(error),
        }),
      ),
    );
    const failed = new Set<Readonly<Node>>();
    await eachAtOnce(plan.create, AT_ONCE, async (missing) => {
      if (!(await this.#create(missing))) failed.add(missing.node);
    });
    const withRoutes = new Set(present.map(({ targetNode }) => targetNode));
    for (const node of nodes) {
      // As upstream: nothing is said of a node that has neither a podCIDR nor a route.
      const hasRanges = podCIDRsOf(node).length > 0;
      if (hasRanges || withRoutes.has(nameOf(node)))
        await this.#report(node, hasRanges && !failed.has(node)).catch((error: unknown) =>
          this.#context.log.warn('could not report on a node’s routes', {
            node: nameOf(node),
            error: messageOf(error),
          }),
        );
    }
  }

  async #create({ node, destinationCIDR }: Missing): Promise<boolean> {
    const { clock, events } = this.#context;
    const { uid = '' } = node.metadata;
    const name = nameOf(node);
    const from = clock.monotonic();
    const targetAddresses = node.status?.addresses ?? [];
    try {
      await this.#routes.create(uid, { targetNode: name, targetAddresses, destinationCIDR });
      return true;
    } catch (error) {
      const after = `${Math.round(clock.monotonic() - from)}ms`;
      const message = `Could not create route ${uid} ${destinationCIDR} for node ${name} after ${after}: ${messageOf(error)}`;
      const reference = { apiVersion: 'v1', kind: 'Node', name, uid };
      events.record(reference, 'Warning', 'FailedToCreateRoute', message);
      return false;
    }
  }

  async #report(node: Readonly<Node>, made: boolean): Promise<void> {
    const say = made ? MADE : NOT_MADE;
    const present = conditionOf(node, 'NetworkUnavailable');
    if (present?.status === say.status && present.reason === say.reason) return;
    const time = rfc3339(this.#context.clock.now());
    const condition = {
      type: 'NetworkUnavailable',
      ...say,
      lastHeartbeatTime: time,
      lastTransitionTime: time,
    };
    const patch = { status: { conditions: [condition] } };
    const options = { subresource: 'status' };
    await this.#context.client
      .patch(Node, nameOf(node), undefined, 'strategic', patch, options)
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
  }
}
