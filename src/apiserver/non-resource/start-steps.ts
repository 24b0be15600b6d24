// The steps of the server's start, under the names that upstream gives to its post-start hooks. /livez and /readyz show each,
// and fail until its work is done. Called by api-server.ts.
import type { Checks } from './health.ts';

/** What the server does, in order, and the hooks that do it upstream. */
const STEPS = {
  /** Admission is installed, and every resource reads the store: there are no informers that could lag behind. */
  assembled: [
    'start-apiserver-admission-initializer',
    'generic-apiserver-start-informers',
    'start-apiextensions-informers',
    'storage-readiness',
  ],
  /** The built-in objects exist, and this server is an endpoint of the service `kubernetes`, with a Lease of its own. */
  installed: [
    'bootstrap-controller',
    'start-kube-apiserver-identity-lease-controller',
    'start-kube-apiserver-identity-lease-garbage-collector',
    'rbac/bootstrap-roles',
    'scheduling/bootstrap-system-priority-classes',
    'start-system-namespaces-controller',
    'start-cluster-authentication-info-controller',
    'priority-and-fairness-config-producer',
  ],
  /** Addresses and ports of services are allocated; every definition in the store is served, with what validates its objects. */
  ready: ['start-service-ip-repair-controllers', 'start-apiextensions-controllers', 'crd-informer-synced'],
  /** The default range of services is watched over. */
  defaultCidr: ['start-kubernetes-service-cidr-controller'],
  /** Every group and version that is served has its APIService; those of other servers are followed. */
  aggregation: [
    'kube-apiserver-autoregistration',
    'autoregister-completion',
    'start-kube-aggregator-informers',
    'apiservice-registration-controller',
    'apiservice-status-local-available-controller',
    'apiservice-status-remote-available-controller',
    'apiservice-discovery-controller',
    'apiservice-openapi-controller',
    'apiservice-openapiv3-controller',
  ],
  /** Requests are queued by the stored configuration. */
  fairness: ['priority-and-fairness-config-consumer', 'priority-and-fairness-filter'],
} as const;

/** Steps that a server takes only when it is told to. */
const OPTIONAL = {
  /** It is reported how resources are stored. */
  storageVersions: ['built-in-resources-storage-version-updater'],
} as const;

/** Shown without the prefix of the hooks. */
const CHECK_OF_ITS_OWN = 'autoregister-completion';

const ALL = { ...STEPS, ...OPTIONAL };

export type OptionalStep = keyof typeof OPTIONAL;
export type StartStep = keyof typeof ALL;

export class StartSteps {
  readonly #done = new Set<string>();
  readonly #hooks: readonly string[];

  constructor(optional: readonly OptionalStep[] = []) {
    this.#hooks = [...Object.values(STEPS).flat(), ...optional.flatMap((step) => OPTIONAL[step])];
  }

  finish(step: StartStep): void {
    for (const hook of ALL[step]) this.#done.add(hook);
  }

  checks(): Checks {
    return Object.fromEntries(
      this.#hooks.map((hook) => [
        hook === CHECK_OF_ITS_OWN ? hook : `poststarthook/${hook}`,
        () => (this.#done.has(hook) ? undefined : 'not finished'),
      ]),
    );
  }
}
