// Puts an API server together: resources, authorizers, admission, authentication and the request pipeline.
// Called by api-server.ts only. The order matters: stored resources first, since authorizers and tokens read their caches;
// admission last, since its plug-ins use both (AdmissionChain admits everything until install()).
import { generateKeyPairSync } from 'node:crypto';
import { Node } from '../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { ServiceAccount } from '../api/kinds/core/v1/service-account.ts';
import { EndpointSlice } from '../api/kinds/discovery/v1/endpoint-slice.ts';
import { PodDisruptionBudget } from '../api/kinds/policy/v1/pod-disruption-budget.ts';
import { ClusterRole } from '../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../api/kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../api/kinds/rbac/v1/role-binding.ts';
import { ResourceSlice } from '../api/kinds/resource/v1/resource-slice.ts';
import { VolumeAttachment } from '../api/kinds/storage/v1/volume-attachment.ts';
import { AdmissionChain } from './admission/chain.ts';
import { Authenticator } from './authn/authenticator.ts';
import { keySet, signingKey } from './authn/jwt.ts';
import type { Lookup, TokenAuthority } from './authn/service-account-tokens.ts';
import { Union } from './authz/authorizer.ts';
import { NodeAuthorizer } from './authz/node-authorizer.ts';
import { Rbac } from './authz/rbac.ts';
import { CustomKinds } from './crd/custom-kinds.ts';
import { bindingHandler } from './handlers/subresources/binding.ts';
import { connectHandlers } from './handlers/subresources/connect.ts';
import { evictionHandler } from './handlers/subresources/eviction.ts';
import type { SubresourceHandlers } from './handlers/subresources/subresources.ts';
import { tokenHandler } from './handlers/subresources/token.ts';
import { RequestMetrics } from './http/request-metrics.ts';
import { Documents } from './non-resource/documents.ts';
import { Health } from './non-resource/health.ts';
import { paths } from './non-resource/paths.ts';
import type { ApiServerOptions } from './options.ts';
import { builtInResources } from './registry/built-in-resources.ts';
import { ResourceTable } from './registry/resource-table.ts';
import { RequestPipeline } from './request-pipeline.ts';
import { type ServiceRanges, servicePools } from './strategies/service-pools.ts';
import { strategies } from './strategies/strategies.ts';
import { bindings } from './virtual/bindings.ts';
import { componentStatuses } from './virtual/component-statuses.ts';
import { reviews } from './virtual/reviews.ts';

export interface Assembly {
  readonly resources: ResourceTable;
  readonly ranges: ServiceRanges;
  readonly customKinds: CustomKinds;
  readonly pipeline: RequestPipeline;
  readonly state: State;
}

/** What /readyz and /livez report on. */
export interface State {
  ready: boolean;
}

/** kubeadm's default for --service-account-issuer. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export function assemble(options: ApiServerOptions): Assembly {
  const { store, clock, random, log } = options;
  const ranges = {
    serviceCidr: options.serviceCidr ?? '10.96.0.0/16',
    nodePorts: options.nodePorts ?? ([30000, 32767] as const),
  };
  const admission = new AdmissionChain();
  const services = { clock, random, admission };
  const resources = new ResourceTable();
  const pools = once(() => poolsOf(resources, ranges, options));
  for (const resource of builtInResources({ ...services, store, strategies: strategies(pools) }))
    resources.add(resource);
  const { rbac, authorizer } = authorizers(resources);
  const tokens = tokenAuthority(options, resources);
  const { staticTokens } = options;
  const authenticator = new Authenticator({ tokens, ...(staticTokens && { staticTokens }) });
  for (const virtual of [
    bindings(resources.stored(Pod)),
    componentStatuses(),
    ...reviews({ authenticator, authorizer, rbac }),
  ])
    resources.add(virtual);
  admission.install({
    resources,
    clock,
    random,
    authorizer,
    rbac,
    log: log.child('admission'),
    disabled: options.disableAdmissionPlugins,
  });
  const customKinds = new CustomKinds({ services, resources, log: log.child('custom-kinds') });
  const state: State = { ready: false };
  const metrics = new RequestMetrics();
  const pipeline = new RequestPipeline({
    resources,
    subresources: subresources(options, resources, tokens, authenticator),
    authenticator,
    authorizer,
    metrics,
    clock,
    random,
    log,
    paths: paths({
      documents: new Documents({ resources, serverAddress: serverAddress(options) }),
      health: health(state),
      metrics: { render: () => metrics.render() + (options.moreMetrics?.() ?? '') },
      issuer: tokens.issuer,
      keys: keySet(tokens.keys),
    }),
  });
  return { resources, ranges, customKinds, pipeline, state };
}

const serverAddress = ({ advertise }: ApiServerOptions): string =>
  advertise ? `${advertise.address}:${advertise.port}` : '';

/** The pools are read from the stored services on first use, when the resource table is complete. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function poolsOf(resources: ResourceTable, ranges: ServiceRanges, { random }: ApiServerOptions) {
  const items = resources.stored(Service).cache.items();
  return servicePools(
    ranges,
    random,
    items.map(({ object }) => object),
  );
}

function subresources(
  { random, certificates, kubeletAddress, kubeletAuthority }: ApiServerOptions,
  resources: ResourceTable,
  tokens: TokenAuthority,
  { audiences }: Authenticator,
): SubresourceHandlers {
  const pods = resources.stored(Pod);
  const kubelets = {
    ...(kubeletAddress && { address: kubeletAddress }),
    ...(certificates && {
      ...(kubeletAuthority && { ca: kubeletAuthority }),
      certificate: certificates.apiserverKubeletClient.certificate,
      key: certificates.apiserverKubeletClient.key,
    }),
  };
  return {
    ...connectHandlers({
      random,
      pods,
      nodes: resources.stored(Node),
      services: resources.stored(Service),
      slices: resources.stored(EndpointSlice),
      kubelets,
    }),
    binding: { create: bindingHandler(pods) },
    eviction: { create: evictionHandler(pods, resources.stored(PodDisruptionBudget)) },
    token: { create: tokenHandler(resources.stored(ServiceAccount), tokens, audiences) },
  };
}

/** Without certificates the signing key is made here, so tokens do not survive a restart. */
function tokenAuthority(options: ApiServerOptions, resources: ResourceTable): TokenAuthority {
  const pem =
    options.certificates?.serviceAccount.privateKey ??
    String(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
  const caches = {
    serviceaccounts: resources.stored(ServiceAccount).cache,
    pods: resources.stored(Pod).cache,
    secrets: resources.stored(Secret).cache,
    nodes: resources.stored(Node).cache,
  };
  const lookup: Lookup = (resource, namespace, name) => caches[resource].get(namespace, name);
  return {
    issuer: options.serviceAccountIssuer ?? ISSUER,
    keys: [signingKey(pem)],
    clock: options.clock,
    random: options.random,
    lookup,
  };
}

function authorizers(resources: ResourceTable): { rbac: Rbac; authorizer: Union } {
  const nodes = new NodeAuthorizer({
    pods: resources.stored(Pod).cache,
    claims: resources.stored(PersistentVolumeClaim).cache,
    volumes: resources.stored(PersistentVolume).cache,
    attachments: resources.stored(VolumeAttachment).cache,
    slices: resources.stored(ResourceSlice).cache,
  });
  const rbac = new Rbac({
    roles: resources.stored(Role).cache,
    clusterRoles: resources.stored(ClusterRole).cache,
    roleBindings: resources.stored(RoleBinding).cache,
    clusterRoleBindings: resources.stored(ClusterRoleBinding).cache,
  });
  return { rbac, authorizer: new Union([nodes, rbac]) };
}

/** The names of the checks are upstream's; `etcd` is the embedded store, which cannot fail separately. */
function health(state: State): Health {
  const started = () => (state.ready ? undefined : 'not finished');
  const always = () => undefined;
  const live = { ping: always, log: always, etcd: always, 'poststarthook/rbac/bootstrap-roles': started };
  const ready = { ...live, 'informer-sync': always, shutdown: started };
  return new Health({ healthz: live, livez: live, readyz: ready });
}
