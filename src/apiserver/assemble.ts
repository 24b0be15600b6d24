// The parts of an API server and how they hang together. Only api-server.ts calls this.
import { generateKeyPairSync } from 'node:crypto';
import { Node } from '../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { ServiceAccount } from '../api/kinds/core/v1/service-account.ts';
import { ClusterRole } from '../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../api/kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../api/kinds/rbac/v1/role-binding.ts';
import { ResourceSlice } from '../api/kinds/resource/v1/resource-slice.ts';
import { VolumeAttachment } from '../api/kinds/storage/v1/volume-attachment.ts';
import { Scheme } from '../api/scheme/scheme.ts';
import { admissionChain } from './admission/chain.ts';
import { Authenticator } from './authn/authenticator.ts';
import { keySet, signingKey } from './authn/jwt.ts';
import type { TokenAuthority } from './authn/service-account-tokens.ts';
import { Union } from './authz/authorizer.ts';
import { EscalationCheck } from './authz/escalation.ts';
import { NodeAuthorizer } from './authz/node-authorizer.ts';
import { Rbac } from './authz/rbac.ts';
import { CustomKinds } from './crd/custom-kinds.ts';
import { componentStatuses } from './handlers/component-statuses.ts';
import type { Shared } from './handlers/context.ts';
import { reviewHandlers } from './handlers/reviews.ts';
import { bindNamed } from './handlers/subresources/binding.ts';
import { connectHandlers } from './handlers/subresources/connect.ts';
import { tokenHandler } from './handlers/subresources/token.ts';
import { RequestMetrics } from './http/request-metrics.ts';
import { Documents } from './non-resource/documents.ts';
import { Health } from './non-resource/health.ts';
import { paths } from './non-resource/paths.ts';
import type { ApiServerOptions } from './options.ts';
import type { Admission } from './registry/admission.ts';
import type { Machinery } from './registry/machinery.ts';
import { Registries } from './registry/registries.ts';
import { RequestPipeline } from './request-pipeline.ts';
import type { ServiceResources } from './strategies/service.ts';
import { type ServiceRanges, servicePools } from './strategies/service-pools.ts';
import { strategies } from './strategies/strategies.ts';

export interface Assembly {
  readonly scheme: Scheme;
  readonly registries: Registries;
  readonly machinery: Machinery;
  readonly ranges: ServiceRanges;
  readonly customKinds: CustomKinds;
  readonly pipeline: RequestPipeline;
  readonly state: State;
}

export interface State {
  ready: boolean;
}

const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export function assemble(options: ApiServerOptions): Assembly {
  const { store, clock, random, log } = options;
  const scheme = new Scheme();
  const ranges = {
    serviceCidr: options.serviceCidr ?? '10.96.0.0/16',
    nodePorts: options.nodePorts ?? ([30000, 32767] as const),
  };
  const registries: Registries = new Registries(
    store,
    scheme,
    strategies({ services: once(() => poolsOf(registries, ranges, options)) }),
  );
  const { rbac, authorizer } = authorizers(registries);
  const chain = admissionChain(
    { registries, clock, random, authorizer, log: log.child('admission') },
    options.disableAdmissionPlugins,
  );
  const admission = withEscalationCheck(chain, new EscalationCheck(rbac, authorizer));
  const machinery: Machinery = { store, clock, random, admission };
  const customKinds = new CustomKinds({ machinery, registries, scheme, log: log.child('custom-kinds') });
  const state: State = { ready: false };
  const metrics = new RequestMetrics();
  const tokens = tokenAuthority(options, registries);
  const authenticator = new Authenticator({
    tokens,
    ...(options.staticTokens && { staticTokens: options.staticTokens }),
  });
  const shared: Shared = {
    ...machinery,
    scheme,
    subresources: {
      ...connectHandlers(kubeletAccess(options)),
      token: { create: tokenHandler(tokens, authenticator.audiences) },
    },
    passing: {
      ...reviewHandlers({ authenticator, authorizer, rbac }),
      '/bindings': bindNamed,
      '/componentstatuses': componentStatuses,
    },
    served: (group, version, plural) => registries.get(group, version, plural),
  };
  const documents = new Documents({
    kinds: () => scheme.all(),
    generation: () => registries.generation,
    serverAddress: options.advertise ? `${options.advertise.address}:${options.advertise.port}` : '',
  });
  const pipeline = new RequestPipeline({
    shared,
    authenticator,
    authorizer,
    metrics,
    clock,
    random,
    log,
    paths: paths({
      documents,
      health: health(state),
      metrics: { render: () => metrics.render() + (options.moreMetrics?.() ?? '') },
      issuer: tokens.issuer,
      keys: keySet(tokens.keys),
    }),
  });
  return { scheme, registries, machinery, ranges, customKinds, pipeline, state };
}

/** What is written of rights is looked at after admission, which may still change it. */
const withEscalationCheck = (admission: Admission, check: EscalationCheck): Admission => ({
  admit: (write) => admission.admit(write),
  validate(write) {
    const admitted = admission.validate(write);
    if (admitted) return admitted.then(() => check.validate(write));
    check.validate(write);
  },
});

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function poolsOf(
  registries: Registries,
  ranges: ServiceRanges,
  { random }: ApiServerOptions,
): ServiceResources {
  const items = registries.of(Service).cache.items();
  return servicePools(
    ranges,
    random,
    items.map(({ object }) => object as unknown as Service),
  );
}

function tokenAuthority(options: ApiServerOptions, registries: Registries): TokenAuthority {
  const pem =
    options.certificates?.serviceAccount.privateKey ??
    String(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
  const kinds = { serviceaccounts: ServiceAccount, pods: Pod, secrets: Secret, nodes: Node };
  return {
    issuer: options.serviceAccountIssuer ?? ISSUER,
    keys: [signingKey(pem)],
    clock: options.clock,
    random: options.random,
    lookup: (kind, namespace, name) => registries.of(kinds[kind]).cache.get(namespace, name),
  };
}

function authorizers(registries: Registries): { rbac: Rbac; authorizer: Union } {
  const cacheOf = (kind: Parameters<Registries['of']>[0]) => registries.of(kind).cache;
  const nodes = new NodeAuthorizer({
    pods: cacheOf(Pod),
    claims: cacheOf(PersistentVolumeClaim),
    volumes: cacheOf(PersistentVolume),
    attachments: cacheOf(VolumeAttachment),
    slices: cacheOf(ResourceSlice),
  });
  const rbac = new Rbac({
    roles: cacheOf(Role),
    clusterRoles: cacheOf(ClusterRole),
    roleBindings: cacheOf(RoleBinding),
    clusterRoleBindings: cacheOf(ClusterRoleBinding),
  });
  return { rbac, authorizer: new Union([nodes, rbac]) };
}

function kubeletAccess({ certificates, kubeletAddress, kubeletAuthority }: ApiServerOptions) {
  return {
    ...(kubeletAddress && { address: kubeletAddress }),
    ...(certificates && {
      ...(kubeletAuthority && { ca: kubeletAuthority }),
      certificate: certificates.apiserverKubeletClient.certificate,
      key: certificates.apiserverKubeletClient.key,
    }),
  };
}

function health(state: State): Health {
  const started = () => (state.ready ? undefined : 'not finished');
  const always = () => undefined;
  const live = { ping: always, log: always, etcd: always, 'poststarthook/rbac/bootstrap-roles': started };
  const ready = { ...live, 'informer-sync': always, shutdown: started };
  return new Health({ healthz: live, livez: live, readyz: ready });
}
