// Puts an API server together: resources, authorizers, admission, authentication and the request pipeline.
// Called by api-server.ts only. The order matters: stored resources first, since authorizers and tokens read their caches;
// admission last, since its plug-ins use both (AdmissionChain admits everything until install()).

import { hostname } from 'node:os';
import { FeatureGates } from '../api/features/feature-gates.ts';
import { CustomResourceDefinition } from '../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { Namespace } from '../api/kinds/core/v1/namespace.ts';
import { Node } from '../api/kinds/core/v1/node.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { ServiceAccount } from '../api/kinds/core/v1/service-account.ts';
import { EndpointSlice } from '../api/kinds/discovery/v1/endpoint-slice.ts';
import { FlowSchema } from '../api/kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../api/kinds/flowcontrol/v1/priority-level-configuration.ts';
import { PodDisruptionBudget } from '../api/kinds/policy/v1/pod-disruption-budget.ts';
import { ClusterRole } from '../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../api/kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../api/kinds/rbac/v1/role-binding.ts';
import { componentPage } from '../api/zpages/pages.ts';
import { KeptConnections } from '../kit/http1/kept-connections.ts';
import { MetricsRegistry } from '../kit/metrics.ts';
import { AdmissionChain } from './admission/chain.ts';
import { Aggregator } from './aggregation/aggregator.ts';
import { Registration } from './aggregation/registration/registration.ts';
import { type Allocation, createAllocation } from './allocation/allocation.ts';
import { Authenticator } from './authn/authenticator.ts';
import { keySet } from './authn/jwt.ts';
import { RequestHeaders } from './authn/request-headers.ts';
import type { TokenAuthority } from './authn/service-account-tokens.ts';
import { tokenAuthority } from './authn/token-authority.ts';
import { BootstrapTokens } from './authn/tokens/bootstrap-tokens.ts';
import { StaticTokens } from './authn/tokens/static-tokens.ts';
import { Union } from './authz/authorizer.ts';
import { NodeAuthorizer } from './authz/node-authorizer.ts';
import { nodeCaches } from './authz/node-caches.ts';
import { Rbac } from './authz/rbac.ts';
import { SettledAuthorizer } from './authz/settled-authorizer.ts';
import { DefaultServiceCidr } from './bootstrap/default-service-cidr.ts';
import { ConversionMetrics } from './crd/conversion/metrics.ts';
import { CustomKinds } from './crd/custom-kinds.ts';
import { flowControlDumps } from './flow-control/dump.ts';
import { FlowControl } from './flow-control/flow-control.ts';
import { renderFlowControl } from './flow-control/metrics.ts';
import { populationOf } from './flow-control/population.ts';
import { StoredConfiguration } from './flow-control/stored-configuration.ts';
import { bindingHandler } from './handlers/subresources/binding.ts';
import { connectHandlers } from './handlers/subresources/connect.ts';
import { evictionHandler } from './handlers/subresources/eviction.ts';
import type { SubresourceHandlers } from './handlers/subresources/subresources.ts';
import { tokenHandler } from './handlers/subresources/token.ts';
import { RequestMetrics } from './http/request-metrics.ts';
import type { KubeletAccess } from './kubelet-access.ts';
import { Documents } from './non-resource/documents.ts';
import { paths, ROOTS } from './non-resource/paths.ts';
import { type ServerState, serverHealth } from './non-resource/server-health.ts';
import { StartSteps } from './non-resource/start-steps.ts';
import type { ApiServerOptions, ServerCertificates } from './options.ts';
import { whyPath } from './placement/why-path.ts';
import { Presence } from './presence/presence.ts';
import { builtInResources } from './registry/built-in-resources.ts';
import { ResourceTable } from './registry/resource-table.ts';
import { RequestPipeline } from './request-pipeline.ts';
import { type Measures, measuresOf } from './resource-metrics/measures.ts';
import { reportsStorageVersions } from './storage-versions/is-on.ts';
import { strategies } from './strategies/strategies.ts';
import { bindings } from './virtual/bindings.ts';
import { componentStatuses } from './virtual/component-statuses.ts';
import { reviews } from './virtual/reviews.ts';

export interface Assembly {
  readonly resources: ResourceTable;
  /** To webhooks and aggregated servers. */
  readonly connections: KeptConnections;
  readonly allocation: Allocation;
  readonly defaultCidr: DefaultServiceCidr;
  readonly presence: Presence;
  readonly customKinds: CustomKinds;
  readonly registration: Registration;
  readonly aggregator: Aggregator;
  readonly measures: Measures;
  readonly authenticator: Authenticator;
  readonly pipeline: RequestPipeline;
  readonly flowConfiguration: StoredConfiguration;
  readonly state: ServerState;
  readonly steps: StartSteps;
  /** Renewed certificates: the authority of clients, and this server's own certificate as a client of kubelets. */
  setCertificates(certificates: ServerCertificates): void;
}

/** Upstream's --max-requests-inflight (400) plus --max-mutating-requests-inflight (200). */
const SEATS = 600;

export function assemble(options: ApiServerOptions): Assembly {
  const { store, clock, random, log, features = new FeatureGates() } = options;
  const { serviceCidrs = ['10.96.0.0/16'], nodePorts = { first: 30000, last: 32767 } } = options;
  const admission = new AdmissionChain();
  const services = { clock, random, admission };
  const resources = new ResourceTable();
  const definitions = () =>
    resources
      .stored(CustomResourceDefinition)
      .cache.items()
      .map(({ object }) => object);
  const allocationLog = log.child('allocation');
  let allocation: Allocation | undefined;
  // Made when the resource table is complete: the strategy of services is part of it.
  const allocators = () => {
    allocation ??= createAllocation({
      resources,
      serviceCidrs,
      nodePorts,
      clock,
      random,
      log: allocationLog,
    });
    return allocation;
  };
  const { apis } = options;
  const labelsOf = (namespace: string) => resources.stored(Namespace).cache.get('', namespace)?.labels;
  const builtIn = { ...services, store, strategies: strategies(allocators, definitions, labelsOf, features) };
  for (const resource of builtInResources({ ...builtIn, ...(apis && { apis }) })) {
    resources.add(resource);
    if (apis && !apis.serves(resource.kind.resource)) resources.hide(resource);
  }
  const { rbac, authorizer } = authorizers(options, resources);
  const settled = new SettledAuthorizer(authorizer);
  const tokens = tokenAuthority(options, resources);
  const authenticator = authenticatorOf(options, resources, tokens);
  const kubelets = kubeletAccess(options);
  const measures = measuresOf(options, resources, kubelets);
  for (const virtual of [
    bindings(resources.stored(Pod), admission),
    componentStatuses(),
    ...reviews({ authenticator, authorizer, admission }),
    ...measures.resources,
  ])
    resources.add(virtual);
  // One pool: its budgets are for all webhooks and aggregated servers together.
  const connections = new KeptConnections(clock);
  const admissionMetrics = new MetricsRegistry();
  admission.install({
    resources,
    clock,
    random,
    connections,
    authorizer: settled,
    rbac,
    log: log.child('admission'),
    metrics: admissionMetrics,
    disabled: options.disableAdmissionPlugins,
    podSecurityExemptions: options.podSecurityExemptions,
  });
  const registration = new Registration({ resources, clock, log: log.child('registration') });
  const conversionMetrics = new MetricsRegistry();
  const conversion = {
    caller: {
      random,
      clock,
      connections,
      services: resources.stored(Service),
      slices: resources.stored(EndpointSlice),
    },
    metrics: new ConversionMetrics(conversionMetrics),
  };
  const aggregator = new Aggregator(resources, { ...options, connections });
  const customKinds = new CustomKinds({
    services: { ...services, conversion },
    resources,
    log: log.child('custom-kinds'),
  });
  const flowControl = new FlowControl({ clock, seats: SEATS, population: populationOf(resources) });
  const flowConfiguration = new StoredConfiguration({
    control: flowControl,
    schemas: resources.stored(FlowSchema),
    levels: resources.stored(PriorityLevelConfiguration),
    clock,
    log: log.child('flow-control'),
  });
  const state: ServerState = { ready: false };
  const steps = new StartSteps(reportsStorageVersions(options) ? ['storageVersions'] : []);
  steps.finish('assembled');
  const metrics = new RequestMetrics();
  const pipeline = new RequestPipeline({
    resources,
    aggregator,
    subresources: subresources(
      { ...options, features },
      resources,
      kubelets,
      admission,
      tokens,
      authenticator,
    ),
    authenticator,
    authorizer,
    flowControl,
    metrics,
    clock,
    random,
    log,
    auditor: options.auditor,
    paths: paths({
      documents: new Documents({ resources, remotes: aggregator, clock, serverAddress: addressOf(options) }),
      health: serverHealth({ state, steps }, store, options.healthChecks, () => presence.clockProblem),
      metrics: {
        render: () =>
          metrics.render() +
          admissionMetrics.render() +
          conversionMetrics.render() +
          allocators().renderMetrics() +
          renderFlowControl(flowControl) +
          features.metrics() +
          aggregator.renderMetrics() +
          (options.auditor?.metrics() ?? '') +
          (options.authentication?.metrics(presence.serverId) ?? '') +
          (options.authorization?.metrics(presence.serverId) ?? '') +
          (options.moreMetrics?.() ?? ''),
      },
      dumps: flowControlDumps(flowControl, clock),
      page: pagesOf(options, features),
      issuer: { url: tokens.issuers[0], keysUrl: keysUrl(options, tokens.issuers[0]) },
      keys: () => keySet(tokens.published()),
      keysMaxAge: tokens.maxAge,
      why: whyPath({
        pods: resources.stored(Pod),
        authorizer,
        source: options.placements ?? (() => undefined),
      }),
    }),
  });
  const setCertificates = (certificates: ServerCertificates) => {
    authenticator.certificates.trust(certificates.ca.certificate);
    Object.assign(kubelets, kubeletAccess({ ...options, certificates }));
    aggregator.setCertificate(certificates.frontProxyClient);
    tokens.setKeys(certificates.serviceAccount);
  };
  const presence = new Presence({
    resources,
    clock,
    random,
    log,
    serviceCidrs,
    advertise: options.advertise,
    hostname: options.hostname ?? hostname(),
    ...(options.serverNames && { names: options.serverNames }),
  });
  return {
    resources,
    connections,
    allocation: allocators(),
    defaultCidr: new DefaultServiceCidr({
      resources,
      ranges: serviceCidrs,
      clock,
      random,
      log: allocationLog,
    }),
    presence,
    customKinds,
    registration,
    aggregator,
    measures,
    authenticator,
    pipeline,
    flowConfiguration,
    state,
    steps,
    setCertificates,
  };
}

function pagesOf({ clock, flags = {} }: ApiServerOptions, features: FeatureGates) {
  const component = { startedAt: clock.now(), now: () => clock.now(), features, flags, paths: ROOTS };
  return (path: string, accept: string | undefined) =>
    componentPage({ ...component, name: 'kube-apiserver' }, path, accept);
}

const addressOf = ({ advertise }: ApiServerOptions): string =>
  advertise ? `${advertise.address}:${advertise.port}` : '';

const kubeletAccess = ({
  certificates,
  kubeletAddress,
  kubeletAuthority,
}: ApiServerOptions): KubeletAccess => ({
  ...(kubeletAddress && { address: kubeletAddress }),
  ...(certificates && {
    ...(kubeletAuthority && { ca: kubeletAuthority }),
    certificate: certificates.apiserverKubeletClient.certificate,
    key: certificates.apiserverKubeletClient.key,
  }),
});

function subresources(
  { random, features }: ApiServerOptions & { readonly features: FeatureGates },
  resources: ResourceTable,
  kubelets: KubeletAccess,
  admission: AdmissionChain,
  tokens: TokenAuthority,
  { audiences }: Authenticator,
): SubresourceHandlers {
  const pods = resources.stored(Pod);
  return {
    ...connectHandlers({
      random,
      pods,
      nodes: resources.stored(Node),
      services: resources.stored(Service),
      slices: resources.stored(EndpointSlice),
      kubelets,
      admission,
      webSocketsNeedCreate: features.enabled('AuthorizePodWebsocketUpgradeCreatePermission'),
    }),
    binding: { create: bindingHandler(pods, admission) },
    eviction: { create: evictionHandler(pods, resources.stored(PodDisruptionBudget), admission) },
    token: {
      create: tokenHandler({ accounts: resources.stored(ServiceAccount), tokens, audiences, admission }),
    },
  };
}

/** Where the keys of service accounts' tokens are found, for those who read the issuer's configuration. */
const keysUrl = ({ serviceAccountJwksUri, advertise }: ApiServerOptions, issuer: string): string =>
  serviceAccountJwksUri ??
  `${advertise ? `https://${advertise.address}:${advertise.port}` : issuer}/openid/v1/jwks`;

function authenticatorOf(
  options: ApiServerOptions,
  resources: ResourceTable,
  tokens: TokenAuthority,
): Authenticator {
  const { authentication: more, certificates, clock, log } = options;
  const audiences = options.apiAudiences ?? tokens.issuers;
  const users = [...(options.staticTokens ?? []), ...(more?.staticTokens ?? [])];
  const secrets = resources.stored(Secret).cache;
  const authenticator = new Authenticator({
    tokens,
    audiences,
    log: log.child('authentication'),
    before: users.length > 0 ? [new StaticTokens(users, audiences)] : [],
    after: [
      ...(more?.bootstrapTokens ? [new BootstrapTokens({ secrets, clock, audiences })] : []),
      ...(more?.tokens ?? []),
    ],
    ...(more?.requestHeaders && { requestHeaders: new RequestHeaders(more.requestHeaders, clock) }),
    ...(more && { anonymous: more.anonymous }),
  });
  // TLS then accepts certificates of front proxies, too: these do not make users of them.
  if (more?.requestHeaders && certificates) authenticator.certificates.trustOnly(certificates.ca.certificate);
  return authenticator;
}

function authorizers(
  { authorization, features }: ApiServerOptions,
  resources: ResourceTable,
): { rbac: Rbac; authorizer: Union } {
  const nodes = new NodeAuthorizer(nodeCaches(resources), (gate) => features?.enabled(gate) ?? false);
  const rbac = new Rbac({
    roles: resources.stored(Role).cache,
    clusterRoles: resources.stored(ClusterRole).cache,
    roleBindings: resources.stored(RoleBinding).cache,
    clusterRoleBindings: resources.stored(ClusterRoleBinding).cache,
  });
  const configured = authorization?.authorizer({ Node: nodes, RBAC: rbac });
  return { rbac, authorizer: new Union(configured ? [configured] : [nodes, rbac]) };
}
