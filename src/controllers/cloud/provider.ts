// The port of a cloud provider: what the controllers in this folder ask of the place where a cluster's machines are. A part that a
// provider has not is left out; its controllers do not run then. Upstream: staging/src/k8s.io/cloud-provider/cloud.go.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { NodeAddress } from '../../api/kinds/core/v1/node-status.ts';
import type { LoadBalancerStatus, Service } from '../../api/kinds/core/v1/service.ts';

export interface CloudProvider {
  readonly instances?: Instances;
  readonly routes?: Routes;
  readonly loadBalancers?: LoadBalancers;
  /** There are no load balancers any more: Services lose what an earlier provider left on them. */
  readonly noLoadBalancers?: true;
}

/** Machines that nodes run on. They are found by spec.providerID, or by the node's name while that is not set. */
export interface Instances {
  /** True also for a machine that is shut down. A node whose machine does not exist is deleted. */
  exists(node: Readonly<Node>): Promise<boolean>;
  isShutDown(node: Readonly<Node>): Promise<boolean>;
  /** Undefined when nothing is known of the node (yet). */
  metadata(node: Readonly<Node>): Promise<InstanceMetadata | undefined>;
}

export interface InstanceMetadata {
  /** As `name-of-the-provider://id`. Needed unless the node has one. */
  readonly providerID?: string;
  readonly instanceType?: string;
  readonly zone?: string;
  readonly region?: string;
  readonly addresses: readonly NodeAddress[];
  /** Of the provider's own; none in the namespaces of Kubernetes. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly name: string;
  /** Name of the node that packets are sent to. */
  readonly targetNode: string;
  readonly destinationCIDR: string;
  /** When given, the route is made again when the node's addresses change. */
  readonly targetAddresses?: readonly NodeAddress[];
  /** It leads nowhere and is deleted. */
  readonly blackhole?: boolean;
}

export interface Routes {
  list(): Promise<readonly Route[]>;
  /** The name of the route is up to the provider, which may use `hint` for it. */
  create(hint: string, route: Omit<Route, 'name'>): Promise<void>;
  remove(route: Route): Promise<void>;
}

export interface LoadBalancers {
  /** spec.loadBalancerClass of Services that are the provider's, besides those without one. */
  readonly className?: string;
  /** Undefined when there is none for the Service. */
  find(service: Readonly<Service>): Promise<LoadBalancerStatus | undefined>;
  /** Makes or updates the load balancer; may reject with a RetryError or an ImplementedElsewhere. */
  ensure(service: Readonly<Service>, nodes: readonly Readonly<Node>[]): Promise<LoadBalancerStatus>;
  /** Other nodes take its traffic now. */
  update(service: Readonly<Service>, nodes: readonly Readonly<Node>[]): Promise<void>;
  /** Also when there is none. */
  remove(service: Readonly<Service>): Promise<void>;
}

/** Some other program has the load balancer of this Service. */
export class ImplementedElsewhere extends Error {
  constructor() {
    super('implemented by alternate to cloud provider');
  }
}

/** What was asked for is not there yet: it is to be asked for again after a fixed time. */
export class RetryError extends Error {
  readonly retryAfterMs: number;
  /** What the Service's status is to show meanwhile; as it is when left out. */
  readonly status: LoadBalancerStatus | undefined;

  constructor(message: string, retryAfterMs: number, status?: LoadBalancerStatus) {
    super(message);
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}
