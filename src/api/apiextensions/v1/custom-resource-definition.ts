import { resource } from '../../meta/v1/resource.ts';
import {
  boolean,
  bytes,
  int32,
  int64,
  json,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../schema/notation.ts';

export const CustomResourceColumnDefinition = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition',
  {
    description: string(4),
    format: string(3),
    jsonPath: required(string(6, { emit: 'always' })),
    name: required(string(1, { emit: 'always' })),
    priority: int32(5),
    type: required(string(2, { emit: 'always' })),
  },
);
export interface CustomResourceColumnDefinition extends Of<typeof CustomResourceColumnDefinition> {}

export const ServiceReference = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference',
  {
    name: required(string(2, { emit: 'always' })),
    namespace: required(string(1, { emit: 'always' })),
    path: string(3, { emit: 'if-set' }),
    port: int32(4, { assumed: 443, emit: 'if-set' }),
  },
);
export interface ServiceReference extends Of<typeof ServiceReference> {}

export const WebhookClientConfig = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig',
  {
    caBundle: bytes(2),
    service: ref(1, ServiceReference, { emit: 'if-set' }),
    url: string(3, { emit: 'if-set' }),
  },
);
export interface WebhookClientConfig extends Of<typeof WebhookClientConfig> {}

export const WebhookConversion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion',
  {
    clientConfig: ref(2, WebhookClientConfig, { emit: 'if-set' }),
    conversionReviewVersions: required(list(3, text, { emit: 'always', listType: 'atomic' })),
  },
);
export interface WebhookConversion extends Of<typeof WebhookConversion> {}

export const CustomResourceConversion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion',
  {
    strategy: required(string(1, { emit: 'always' })),
    webhook: ref(2, WebhookConversion, { emit: 'if-set' }),
  },
);
export interface CustomResourceConversion extends Of<typeof CustomResourceConversion> {}

export const CustomResourceDefinitionCondition = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition',
  {
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    observedGeneration: int64(6, { doc: 'The generation this was true for.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
);
export interface CustomResourceDefinitionCondition extends Of<typeof CustomResourceDefinitionCondition> {}

export const CustomResourceDefinitionNames = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames',
  {
    categories: list(6, text, { doc: 'Groups such as all.', listType: 'atomic' }),
    kind: required(string(4, { doc: 'The kind, in CamelCase.', emit: 'always' })),
    listKind: string(5, { doc: 'The kind of lists.' }),
    plural: required(string(1, { doc: 'The name in paths.', emit: 'always' })),
    shortNames: list(3, text, { doc: 'Short names for the command line.', listType: 'atomic' }),
    singular: string(2, { doc: 'The name of one.' }),
  },
  { doc: 'How a kind is called.' },
);
export interface CustomResourceDefinitionNames extends Of<typeof CustomResourceDefinitionNames> {}

export const CustomResourceValidation = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation',
  {
    openAPIV3Schema: json(1, { emit: 'if-set' }),
  },
);
export interface CustomResourceValidation extends Of<typeof CustomResourceValidation> {}

export const SelectableField = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField',
  {
    jsonPath: required(string(1, { emit: 'always' })),
  },
);
export interface SelectableField extends Of<typeof SelectableField> {}

export const CustomResourceSubresourceScale = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale',
  {
    labelSelectorPath: string(3, { emit: 'if-set' }),
    specReplicasPath: required(string(1, { emit: 'always' })),
    statusReplicasPath: required(string(2, { emit: 'always' })),
  },
);
export interface CustomResourceSubresourceScale extends Of<typeof CustomResourceSubresourceScale> {}

export const CustomResourceSubresourceStatus = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus',
  {},
);
export interface CustomResourceSubresourceStatus extends Of<typeof CustomResourceSubresourceStatus> {}

export const CustomResourceSubresources = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources',
  {
    scale: ref(2, CustomResourceSubresourceScale, { emit: 'if-set' }),
    status: ref(1, CustomResourceSubresourceStatus, { emit: 'if-set' }),
  },
);
export interface CustomResourceSubresources extends Of<typeof CustomResourceSubresources> {}

export const CustomResourceDefinitionVersion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion',
  {
    additionalPrinterColumns: list(6, CustomResourceColumnDefinition, {
      doc: 'Columns that kubectl get shows.',
      listType: 'atomic',
    }),
    deprecated: boolean(7, { doc: 'Warn those who use it.' }),
    deprecationWarning: string(8, { doc: 'How to warn them.', emit: 'if-set' }),
    name: required(string(1, { doc: 'The version, such as v1.', emit: 'always' })),
    schema: ref(4, CustomResourceValidation, { doc: 'What objects look like.', emit: 'if-set' }),
    selectableFields: list(9, SelectableField, {
      doc: 'Fields that field selectors can use.',
      listType: 'atomic',
    }),
    served: required(boolean(2, { doc: 'Whether it can be used.', emit: 'always' })),
    storage: required(
      boolean(3, { doc: 'Whether objects are stored in it; exactly one version is.', emit: 'always' }),
    ),
    subresources: ref(5, CustomResourceSubresources, {
      doc: 'Whether there are status and scale.',
      emit: 'if-set',
    }),
  },
  { doc: 'One version of a kind.' },
);
export interface CustomResourceDefinitionVersion extends Of<typeof CustomResourceDefinitionVersion> {}

export const CustomResourceDefinitionSpec = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec',
  {
    conversion: ref(9, CustomResourceConversion, {
      doc: 'How objects pass between versions.',
      assumed: { strategy: 'None' },
      emit: 'if-set',
    }),
    group: required(string(1, { doc: 'The API group.', emit: 'always' })),
    names: required(
      ref(3, CustomResourceDefinitionNames, { doc: 'How the kind is called.', emit: 'always' }),
    ),
    preserveUnknownFields: boolean(10, { doc: 'Old: keep fields that the schema does not have.' }),
    scope: required(string(4, { doc: 'Namespaced or Cluster.', emit: 'always' })),
    versions: required(
      list(7, CustomResourceDefinitionVersion, {
        doc: 'The versions, each with its schema.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'The names and versions of the kind.' },
);
export interface CustomResourceDefinitionSpec extends Of<typeof CustomResourceDefinitionSpec> {}

export const CustomResourceDefinitionStatus = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus',
  {
    acceptedNames: ref(2, CustomResourceDefinitionNames, { emit: 'always' }),
    conditions: list(1, CustomResourceDefinitionCondition, {
      emit: 'always',
      listType: 'map',
      keys: ['type'],
    }),
    observedGeneration: int64(4),
    storedVersions: list(3, text, { emit: 'always', listType: 'atomic' }),
  },
);
export interface CustomResourceDefinitionStatus extends Of<typeof CustomResourceDefinitionStatus> {}

export const CustomResourceDefinition = resource(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  {
    doc: "A kind of one's own.",
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    singular: 'customresourcedefinition',
    namespaced: false,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    storageVersionHash: 'jfWCUB31mvA=',
    subresources: { status: { kind: 'CustomResourceDefinition', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, CustomResourceDefinitionSpec, { emit: 'always' })),
    status: ref(3, CustomResourceDefinitionStatus, { emit: 'always' }),
  },
);
export interface CustomResourceDefinition extends Of<typeof CustomResourceDefinition> {}
