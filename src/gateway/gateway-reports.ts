// Writes what was observed into the status of Gateways, ListenerSets, routes and policies: once per change, and nothing where nothing
// has changed. What others write meanwhile is not overwritten: the change that this is brings the next attempt. Called by gateway-part.ts.
import { BackendTLSPolicy } from '../api/kinds/gateway/v1/backend-tls-policy.ts';
import { Gateway } from '../api/kinds/gateway/v1/gateway.ts';
import { GRPCRoute } from '../api/kinds/gateway/v1/grpc-route.ts';
import { HTTPRoute } from '../api/kinds/gateway/v1/http-route.ts';
import { ListenerSet } from '../api/kinds/gateway/v1/listener-set.ts';
import { TCPRoute, TLSRoute, UDPRoute } from '../api/kinds/gateway/v1/stream-routes.ts';
import { RoutePolicy } from '../api/kinds/gateway/v1alpha1/route-policy.ts';
import { keyOf } from '../api/meta/v1/object.ts';
import type { AnyResource, KubeObject } from '../api/meta/v1/resource.ts';
import { jsonEqual } from '../api/patch/json.ts';
import { isConflict, isNotFound } from '../api/status/status-error.ts';
import type { Client } from '../client/client.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { messageOf } from '../kit/message-of.ts';
import type { Compiled } from './routes/compile.ts';
import type { ResolvedListener } from './routes/listeners/resolve.ts';
import type { CompiledRoute } from './routes/route-plans.ts';
import { gatewayStatus, listenerSetStatus } from './routes/statuses/gateway-status.ts';
import { policyStatus, routePolicyStatus, routeStatus } from './routes/statuses/route-status.ts';

export interface GatewayReportsOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Write {
  readonly kind: AnyResource;
  readonly object: Readonly<KubeObject> & { readonly status?: unknown };
  readonly status: object;
}

const ROUTES: Readonly<Record<string, AnyResource>> = { HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute };

/** Requests under way at once. */
const AT_ONCE = 16;

export class GatewayReports {
  readonly #options: GatewayReportsOptions;
  /** Whose status says what was found. */
  readonly #said = new WeakSet<CompiledRoute>();

  constructor(options: GatewayReportsOptions) {
    this.#options = options;
  }

  /** `failure`: why the proxy does not serve it. */
  async report(compiled: Compiled, failure?: string): Promise<void> {
    const now = new Date(this.#options.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const writes = [...writesOf(compiled, failure, now), ...this.#routeWrites(compiled, now)].filter(isNews);
    const queue = writes.values();
    const worker = async () => {
      for (const write of queue) await this.#write(write);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  /** Routes are many, and few of them change. */
  #routeWrites({ routes }: Compiled, now: string): Write[] {
    const unsaid = routes.filter((one) => !this.#said.has(one));
    const writes = unsaid.map((one) => ({
      kind: ROUTES[one.route.kind]!,
      object: one.route,
      status: routeStatus(one, now),
      one,
    }));
    for (const write of writes) if (!isNews(write)) this.#said.add(write.one);
    return writes;
  }

  async #write({ kind, object, status }: Write): Promise<void> {
    const { client, log } = this.#options;
    const { name = '', namespace, resourceVersion } = object.metadata;
    const patch = { metadata: { resourceVersion }, status };
    try {
      await client.patch(kind, name, namespace, 'merge', patch, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error))
        log.warn('a status was not written', {
          kind: kind.resource.kind,
          object: keyOf(object),
          error: messageOf(error),
        });
    }
  }
}

const isNews = ({ object, status }: Write): boolean => !jsonEqual(object.status, status);

function writesOf(
  { gateways, policies, routePolicies, attached }: Compiled,
  failure: string | undefined,
  now: string,
): Write[] {
  const countOf = (listener: ResolvedListener) => attached.get(listener)?.length ?? 0;
  return [
    ...gateways.map((one) => ({
      kind: Gateway,
      object: one.gateway,
      status: gatewayStatus(one, countOf, failure, now),
    })),
    ...gateways.flatMap((one) =>
      one.sets.map((set) => ({
        kind: ListenerSet,
        object: set.set,
        status: listenerSetStatus(set, one, countOf, failure, now),
      })),
    ),
    ...policies.map((one) => ({
      kind: BackendTLSPolicy,
      object: one.policy,
      status: policyStatus(one, now),
    })),
    ...routePolicies.map((one) => ({
      kind: RoutePolicy,
      object: one.policy,
      status: routePolicyStatus(one, now),
    })),
  ];
}
