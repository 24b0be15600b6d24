import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
  bytes,
  int32,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  time,
} from '../../../schema/notation.ts';

export const APIServiceCondition = struct(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition',
  {
    lastTransitionTime: time(3, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(5, { doc: 'Human-readable message with details.' }),
    reason: string(4, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of an APIService at a certain point.' },
);
export interface APIServiceCondition extends Of<typeof APIServiceCondition> {}

export const ServiceReference = struct(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference',
  {
    name: string(2, { doc: 'Name of the service.' }),
    namespace: string(1, { doc: 'Namespace of the service.' }),
    port: int32(3, { doc: 'Port of the service. Defaults to 443.', assumed: 443, emit: 'if-set' }),
  },
  { doc: 'Reference to the Service that serves an API.' },
);
export interface ServiceReference extends Of<typeof ServiceReference> {}

export const APIServiceSpec = struct(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec',
  {
    caBundle: bytes(5, {
      doc: 'PEM-encoded CA bundle used to verify the server certificate of the service, in base64.',
      listType: 'atomic',
    }),
    group: string(2, { doc: 'API group.' }),
    groupPriorityMinimum: required(
      int32(7, {
        doc: 'Priority of the API group. Groups with a higher number come first in discovery.',
        emit: 'always',
      }),
    ),
    insecureSkipTLSVerify: boolean(4, {
      doc: 'Disables verification of the server certificate. Not recommended.',
    }),
    service: ref(1, ServiceReference, {
      doc: 'Service that serves this API version. If not set, this API server serves it.',
      emit: 'if-set',
    }),
    version: string(3, { doc: 'API version.' }),
    versionPriority: required(
      int32(8, {
        doc: 'Priority of this version within its group. Versions with a higher number come first.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Desired location of the server for an API group and version.' },
);
export interface APIServiceSpec extends Of<typeof APIServiceSpec> {}

export const APIServiceStatus = struct(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus',
  {
    conditions: list(1, APIServiceCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
  { doc: 'Observed availability of the API.' },
);
export interface APIServiceStatus extends Of<typeof APIServiceStatus> {}

export const APIService = resource(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  {
    doc: 'Represents a server for an API group and version.',
    group: 'apiregistration.k8s.io',
    version: 'v1',
    kind: 'APIService',
    plural: 'apiservices',
    singular: 'apiservice',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'InPBPD7+PqM=',
    subresources: { status: { kind: 'APIService', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, APIServiceSpec, { emit: 'always' }),
    status: ref(3, APIServiceStatus, { emit: 'always' }),
  },
);
export interface APIService extends Of<typeof APIService> {}
