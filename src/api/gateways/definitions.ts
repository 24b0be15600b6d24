// The CustomResourceDefinitions of gateway.networking.k8s.io that every cluster has: names, versions, columns, limits and rules are those
// of Gateway API v1.6.1, standard channel, so that its own files may be applied over them. Upstream: config/crd/standard.
import { structuralSchema } from '../custom/structural-schema.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { BackendTLSPolicy } from '../kinds/gateway/v1/backend-tls-policy.ts';
import { Gateway } from '../kinds/gateway/v1/gateway.ts';
import { GatewayClass } from '../kinds/gateway/v1/gateway-class.ts';
import { GRPCRoute } from '../kinds/gateway/v1/grpc-route.ts';
import { HTTPRoute } from '../kinds/gateway/v1/http-route.ts';
import { ListenerSet } from '../kinds/gateway/v1/listener-set.ts';
import { ReferenceGrant } from '../kinds/gateway/v1/reference-grant.ts';
import { TCPRoute, TLSRoute, UDPRoute } from '../kinds/gateway/v1/stream-routes.ts';
import { RoutePolicy } from '../kinds/gateway/v1alpha1/route-policy.ts';
import type { AnyResource } from '../meta/v1/resource.ts';
import { APPROVAL } from '../validation/api-approval.ts';
import { BUNDLE_VERSION, CHANNEL } from './names.ts';

/** Of the definitions here. */
export const VERSION = 'v1.6.1';

type Column = CustomResourceColumnDefinition;

const column = (name: string, jsonPath: string, type = 'string'): Column => ({ name, type, jsonPath });
const condition = (type: string): Column => column(type, `.status.conditions[?(@.type=="${type}")].status`);

const AGE = column('Age', '.metadata.creationTimestamp', 'date');
const HOSTNAMES = column('Hostnames', '.spec.hostnames');

interface Served {
  readonly kind: AnyResource;
  readonly columns: readonly Column[];
  /** Versions with the same fields besides v1; the first one listed is stored. */
  readonly versions: readonly string[];
  readonly labels?: Record<string, string>;
  /** Of Gateway API itself; else of ours. */
  readonly isPublished?: boolean;
}

const SERVED: readonly Served[] = [
  {
    kind: GatewayClass,
    columns: [
      column('Controller', '.spec.controllerName'),
      condition('Accepted'),
      AGE,
      { ...column('Description', '.spec.description'), priority: 1 },
    ],
    versions: ['v1', 'v1beta1'],
  },
  {
    kind: Gateway,
    columns: [
      column('Class', '.spec.gatewayClassName'),
      column('Address', '.status.addresses[*].value'),
      condition('Programmed'),
      AGE,
    ],
    versions: ['v1', 'v1beta1'],
  },
  { kind: HTTPRoute, columns: [HOSTNAMES, AGE], versions: ['v1', 'v1beta1'] },
  { kind: GRPCRoute, columns: [HOSTNAMES, AGE], versions: ['v1'] },
  { kind: TLSRoute, columns: [AGE], versions: ['v1'] },
  { kind: TCPRoute, columns: [AGE], versions: ['v1'] },
  { kind: UDPRoute, columns: [AGE], versions: ['v1'] },
  { kind: ReferenceGrant, columns: [AGE], versions: ['v1beta1', 'v1'] },
  {
    kind: BackendTLSPolicy,
    columns: [AGE],
    versions: ['v1'],
    labels: { 'gateway.networking.k8s.io/policy': 'Direct' },
  },
  { kind: ListenerSet, columns: [condition('Accepted'), condition('Programmed'), AGE], versions: ['v1'] },
  {
    kind: RoutePolicy,
    columns: [column('Accepted', '.status.ancestors[*].conditions[?(@.type=="Accepted")].status'), AGE],
    versions: ['v1alpha1'],
    labels: { 'gateway.networking.k8s.io/policy': 'Inherited' },
    isPublished: false,
  },
];

const PUBLISHED = {
  [APPROVAL]: 'https://github.com/kubernetes-sigs/gateway-api/pull/4530',
  [BUNDLE_VERSION]: VERSION,
  [CHANNEL]: 'standard',
};

function definitionOf({
  kind,
  columns,
  versions,
  labels,
  isPublished = true,
}: Served): CustomResourceDefinition {
  const { group, kind: own, plural, singular, namespaced, shortNames, categories } = kind.resource;
  const openAPIV3Schema = { ...structuralSchema(kind) };
  const versionOf = (name: string): CustomResourceDefinitionVersion => ({
    name,
    served: true,
    storage: name === versions[0],
    additionalPrinterColumns: [...columns],
    schema: { openAPIV3Schema },
    ...('status' in kind.fields && { subresources: { status: {} } }),
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      ...(isPublished && { annotations: PUBLISHED }),
      ...(labels && { labels }),
    },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: {
        kind: own,
        listKind: `${own}List`,
        plural,
        singular,
        ...(shortNames && { shortNames: [...shortNames] }),
        ...(categories && { categories: [...categories] }),
      },
      versions: [...versions].sort().map(versionOf),
    },
  };
}

/** Made when they are installed: nothing else needs them. */
export const gatewayDefinitions = (): readonly CustomResourceDefinition[] => SERVED.map(definitionOf);
