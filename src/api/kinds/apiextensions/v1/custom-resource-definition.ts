import { resource } from '../../../meta/v1/resource.ts';
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
} from '../../../schema/notation.ts';

export const CustomResourceColumnDefinition = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition',
  {
    description: string(4, { doc: 'What the column shows.' }),
    format: string(3, { doc: 'A finer format of the type, such as int32.' }),
    jsonPath: required(string(6, { doc: 'Where in the object the value is.', emit: 'always' })),
    name: required(string(1, { doc: 'The heading of the column.', emit: 'always' })),
    priority: int32(5, { doc: '0 shows it always, more only in wide output.' }),
    type: required(
      string(2, { doc: "The value's type: integer, number, string, boolean or date.", emit: 'always' }),
    ),
  },
  { doc: "A column of the kind's table." },
);
export interface CustomResourceColumnDefinition extends Of<typeof CustomResourceColumnDefinition> {}

export const ServiceReference = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference',
  {
    name: required(string(2, { doc: "The service's name.", emit: 'always' })),
    namespace: required(string(1, { doc: "The service's namespace.", emit: 'always' })),
    path: string(3, { doc: 'The URL path to call; / when absent.', emit: 'if-set' }),
    port: int32(4, { doc: "The service's port; 443 when absent.", assumed: 443, emit: 'if-set' }),
  },
  { doc: 'A service that answers calls.' },
);
export interface ServiceReference extends Of<typeof ServiceReference> {}

export const WebhookClientConfig = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig',
  {
    caBundle: bytes(2, { doc: "PEM certificates that vouch for it; the system's when absent." }),
    service: ref(1, ServiceReference, { doc: 'A service of the cluster.', emit: 'if-set' }),
    url: string(3, { doc: 'An https address, without user or query.', emit: 'if-set' }),
  },
  { doc: 'How to reach a webhook; by url or by service.' },
);
export interface WebhookClientConfig extends Of<typeof WebhookClientConfig> {}

export const WebhookConversion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion',
  {
    clientConfig: ref(2, WebhookClientConfig, { doc: 'How to reach it.', emit: 'if-set' }),
    conversionReviewVersions: required(
      list(3, text, {
        doc: 'ConversionReview versions it understands, the favourite first.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'A webhook that converts objects.' },
);
export interface WebhookConversion extends Of<typeof WebhookConversion> {}

export const CustomResourceConversion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion',
  {
    strategy: required(
      string(1, { doc: 'None changes apiVersion only; Webhook asks a webhook.', emit: 'always' }),
    ),
    webhook: ref(2, WebhookConversion, {
      doc: 'The webhook to ask; only for strategy Webhook.',
      emit: 'if-set',
    }),
  },
  { doc: 'How objects turn from one version into another.' },
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
  { doc: 'What is known about one aspect of the definition.' },
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
    openAPIV3Schema: json(1, { doc: 'The schema, in OpenAPI v3.', emit: 'if-set' }),
  },
  { doc: 'What objects of the kind must look like.' },
);
export interface CustomResourceValidation extends Of<typeof CustomResourceValidation> {}

export const SelectableField = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField',
  {
    jsonPath: required(string(1, { doc: 'Where in the object the field is.', emit: 'always' })),
  },
  { doc: 'A field that field selectors may use.' },
);
export interface SelectableField extends Of<typeof SelectableField> {}

export const CustomResourceSubresourceScale = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale',
  {
    labelSelectorPath: string(3, {
      doc: 'The path of the selector, as text, below status or spec.',
      emit: 'if-set',
    }),
    specReplicasPath: required(
      string(1, { doc: 'The path of the number wanted, below spec.', emit: 'always' }),
    ),
    statusReplicasPath: required(
      string(2, { doc: 'The path of the number seen, below status.', emit: 'always' }),
    ),
  },
  { doc: 'Where the numbers of the scale subresource stand.' },
);
export interface CustomResourceSubresourceScale extends Of<typeof CustomResourceSubresourceScale> {}

export const CustomResourceSubresourceStatus = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus',
  {},
  { doc: 'Present, it gives the kind a status subresource.' },
);
export interface CustomResourceSubresourceStatus extends Of<typeof CustomResourceSubresourceStatus> {}

export const CustomResourceSubresources = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources',
  {
    scale: ref(2, CustomResourceSubresourceScale, {
      doc: 'A scale subresource; none when absent.',
      emit: 'if-set',
    }),
    status: ref(1, CustomResourceSubresourceStatus, {
      doc: 'A status subresource; none when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'Which subresources the kind has.' },
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
    acceptedNames: ref(2, CustomResourceDefinitionNames, {
      doc: "The names under which it is served; they may differ from the spec's.",
      emit: 'always',
    }),
    conditions: list(1, CustomResourceDefinitionCondition, {
      doc: 'What is known, by aspect.',
      emit: 'always',
      listType: 'map',
      keys: ['type'],
    }),
    observedGeneration: int64(4, { doc: 'Which generation of the spec this is about.' }),
    storedVersions: list(3, text, {
      doc: 'All versions in which objects were ever stored.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'Whether the kind is served.' },
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
