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
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of an API service.' },
);
export interface APIServiceCondition extends Of<typeof APIServiceCondition> {}

export const ServiceReference = struct(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference',
  {
    name: string(2, { doc: "The service's name." }),
    namespace: string(1, { doc: "The service's namespace." }),
    port: int32(3, { doc: "The service's port; 443 when absent.", assumed: 443, emit: 'if-set' }),
  },
  { doc: 'The service behind an API.' },
);
export interface ServiceReference extends Of<typeof ServiceReference> {}

export const APIServiceSpec = struct(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec',
  {
    caBundle: bytes(5, { doc: 'Certificates by which the service is known, in base64.', listType: 'atomic' }),
    group: string(2, { doc: 'The API group.' }),
    groupPriorityMinimum: required(int32(7, { doc: 'How early the group is listed.', emit: 'always' })),
    insecureSkipTLSVerify: boolean(4, { doc: 'Do not check the certificate of the service.' }),
    service: ref(1, ServiceReference, {
      doc: 'The service; none for what this server serves itself.',
      emit: 'if-set',
    }),
    version: string(3, { doc: 'The version.' }),
    versionPriority: required(
      int32(8, { doc: 'How early the version is listed in its group.', emit: 'always' }),
    ),
  },
  { doc: 'Which group and version, and who serves it.' },
);
export interface APIServiceSpec extends Of<typeof APIServiceSpec> {}

export const APIServiceStatus = struct(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus',
  {
    conditions: list(1, APIServiceCondition, {
      doc: 'What is known, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
  { doc: 'Whether the API can be reached.' },
);
export interface APIServiceStatus extends Of<typeof APIServiceStatus> {}

export const APIService = resource(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  {
    doc: 'Who serves a version of an API group.',
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
