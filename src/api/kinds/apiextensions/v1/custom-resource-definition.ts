import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
  bytes,
  int32,
  int64,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../../schema/notation.ts';
import { JSONSchemaProps } from './json-schema-props.ts';

export const CustomResourceColumnDefinition = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition',
  {
    description: string(4, { doc: 'Human-readable description of the column.' }),
    format: string(3, { doc: 'OpenAPI format of the value, such as int32.' }),
    jsonPath: required(string(6, { doc: 'JSONPath of the value within the object.', emit: 'always' })),
    name: required(string(1, { doc: 'Heading of the column.', emit: 'always' })),
    priority: int32(5, {
      doc: 'Importance of the column. Columns with a priority greater than 0 are shown only in wide output.',
    }),
    type: required(
      string(2, {
        doc: 'OpenAPI type of the value: integer, number, string, boolean or date.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Column that kubectl get shows for objects of the kind.' },
);
export interface CustomResourceColumnDefinition extends Of<typeof CustomResourceColumnDefinition> {}

export const ServiceReference = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference',
  {
    name: required(string(2, { doc: 'Name of the service.', emit: 'always' })),
    namespace: required(string(1, { doc: 'Namespace of the service.', emit: 'always' })),
    path: string(3, { doc: 'URL path of the request. Defaults to /.', emit: 'if-set' }),
    port: int32(4, { doc: 'Port of the service. Defaults to 443.', assumed: 443, emit: 'if-set' }),
  },
  { doc: 'Reference to a Service that handles the calls.' },
);
export interface ServiceReference extends Of<typeof ServiceReference> {}

export const WebhookClientConfig = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig',
  {
    caBundle: bytes(2, {
      doc: 'PEM-encoded CA bundle used to verify the server certificate. Defaults to the system trust roots.',
    }),
    service: ref(1, ServiceReference, {
      doc: 'Service in the cluster that handles the calls. Mutually exclusive with url.',
      emit: 'if-set',
    }),
    url: string(3, {
      doc: 'HTTPS URL of the webhook, without user information or query parameters. Mutually exclusive with service.',
      emit: 'if-set',
    }),
  },
  { doc: 'Location of a webhook: either a URL or a Service.' },
);
export interface WebhookClientConfig extends Of<typeof WebhookClientConfig> {}

export const WebhookConversion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion',
  {
    clientConfig: ref(2, WebhookClientConfig, { doc: 'How to connect to the webhook.', emit: 'if-set' }),
    conversionReviewVersions: required(
      list(3, text, {
        doc: 'Versions of ConversionReview that the webhook accepts, in order of preference.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Webhook that converts objects between versions.' },
);
export interface WebhookConversion extends Of<typeof WebhookConversion> {}

export const CustomResourceConversion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion',
  {
    strategy: required(
      string(1, {
        doc: 'How objects are converted: None changes only apiVersion, Webhook calls a webhook.',
        emit: 'always',
      }),
    ),
    webhook: ref(2, WebhookConversion, {
      doc: 'Webhook to call for conversions. Required if strategy is Webhook.',
      emit: 'if-set',
    }),
  },
  { doc: 'How objects are converted between versions.' },
);
export interface CustomResourceConversion extends Of<typeof CustomResourceConversion> {}

export const CustomResourceDefinitionCondition = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition',
  {
    lastTransitionTime: time(3, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(5, { doc: 'Human-readable message with details.' }),
    observedGeneration: int64(6, { doc: 'Generation of the object that this observation is based on.' }),
    reason: string(4, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a CustomResourceDefinition at a certain point.' },
);
export interface CustomResourceDefinitionCondition extends Of<typeof CustomResourceDefinitionCondition> {}

export const CustomResourceDefinitionNames = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames',
  {
    categories: list(6, text, {
      doc: 'Categories that the resource belongs to, such as all, so that kubectl get all includes it.',
      listType: 'atomic',
    }),
    kind: required(string(4, { doc: 'Name of the kind in CamelCase, such as CronTab.', emit: 'always' })),
    listKind: string(5, { doc: 'Name of the kind for lists. Defaults to the kind followed by List.' }),
    plural: required(string(1, { doc: 'Plural name of the resource, used in API paths.', emit: 'always' })),
    shortNames: list(3, text, {
      doc: 'Short names of the resource for use on the command line.',
      listType: 'atomic',
    }),
    singular: string(2, { doc: 'Singular name of the resource. Defaults to the kind in lower case.' }),
  },
  { doc: 'Names that identify a custom kind and its resource.' },
);
export interface CustomResourceDefinitionNames extends Of<typeof CustomResourceDefinitionNames> {}

export const CustomResourceValidation = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation',
  {
    openAPIV3Schema: ref(1, JSONSchemaProps, {
      doc: 'OpenAPI v3 schema for validation and pruning.',
      emit: 'if-set',
    }),
  },
  { doc: 'Schema of the objects of a custom kind.' },
);
export interface CustomResourceValidation extends Of<typeof CustomResourceValidation> {}

export const SelectableField = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField',
  {
    jsonPath: required(string(1, { doc: 'JSONPath of the field within the object.', emit: 'always' })),
  },
  { doc: 'Field that can be used in field selectors.' },
);
export interface SelectableField extends Of<typeof SelectableField> {}

export const CustomResourceSubresourceScale = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale',
  {
    labelSelectorPath: string(3, {
      doc: 'JSONPath of the label selector in string form, under .status or .spec.',
      emit: 'if-set',
    }),
    specReplicasPath: required(
      string(1, { doc: 'JSONPath of the desired number of replicas, under .spec.', emit: 'always' }),
    ),
    statusReplicasPath: required(
      string(2, { doc: 'JSONPath of the observed number of replicas, under .status.', emit: 'always' }),
    ),
  },
  { doc: 'Location of the fields that the scale subresource reads and writes.' },
);
export interface CustomResourceSubresourceScale extends Of<typeof CustomResourceSubresourceScale> {}

export const CustomResourceSubresourceStatus = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus',
  {},
  { doc: 'Enables the status subresource. It has no settings.' },
);
export interface CustomResourceSubresourceStatus extends Of<typeof CustomResourceSubresourceStatus> {}

export const CustomResourceSubresources = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources',
  {
    scale: ref(2, CustomResourceSubresourceScale, {
      doc: 'Enables the scale subresource.',
      emit: 'if-set',
    }),
    status: ref(1, CustomResourceSubresourceStatus, {
      doc: 'Enables the status subresource.',
      emit: 'if-set',
    }),
  },
  { doc: 'Subresources of a custom resource.' },
);
export interface CustomResourceSubresources extends Of<typeof CustomResourceSubresources> {}

export const CustomResourceDefinitionVersion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion',
  {
    additionalPrinterColumns: list(6, CustomResourceColumnDefinition, {
      doc: 'Additional columns that kubectl get shows.',
      listType: 'atomic',
    }),
    deprecated: boolean(7, { doc: 'Whether requests to this version return a deprecation warning.' }),
    deprecationWarning: string(8, {
      doc: 'Text of the deprecation warning. Defaults to a generic text.',
      emit: 'if-set',
    }),
    name: required(string(1, { doc: 'Name of the version, such as v1 or v2beta1.', emit: 'always' })),
    schema: ref(4, CustomResourceValidation, {
      doc: 'Schema for validation, pruning and defaulting of this version.',
      emit: 'if-set',
    }),
    selectableFields: list(9, SelectableField, {
      doc: 'Fields that can be used in field selectors.',
      listType: 'atomic',
    }),
    served: required(boolean(2, { doc: 'Whether this version is served through the API.', emit: 'always' })),
    storage: required(
      boolean(3, {
        doc: 'Whether objects are stored in this version. Exactly one version must be the storage version.',
        emit: 'always',
      }),
    ),
    subresources: ref(5, CustomResourceSubresources, {
      doc: 'Subresources of this version.',
      emit: 'if-set',
    }),
  },
  { doc: 'Version of a custom kind.' },
);
export interface CustomResourceDefinitionVersion extends Of<typeof CustomResourceDefinitionVersion> {}

export const CustomResourceDefinitionSpec = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec',
  {
    conversion: ref(9, CustomResourceConversion, {
      doc: 'How objects are converted between versions.',
      assumed: { strategy: 'None' },
      emit: 'if-set',
    }),
    group: required(string(1, { doc: 'API group of the kind.', emit: 'always' })),
    names: required(
      ref(3, CustomResourceDefinitionNames, { doc: 'Names of the kind and its resource.', emit: 'always' }),
    ),
    preserveUnknownFields: boolean(10, {
      doc: 'Deprecated: whether fields that the schema does not specify are kept.',
    }),
    scope: required(string(4, { doc: 'Whether objects are Namespaced or Cluster scoped.', emit: 'always' })),
    versions: required(
      list(7, CustomResourceDefinitionVersion, {
        doc: 'Versions of the kind, each with its schema.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Desired names, scope and versions of the custom kind.' },
);
export interface CustomResourceDefinitionSpec extends Of<typeof CustomResourceDefinitionSpec> {}

export const CustomResourceDefinitionStatus = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus',
  {
    acceptedNames: ref(2, CustomResourceDefinitionNames, {
      doc: 'Names that are in effect. They can differ from spec.names if those conflict with another kind.',
      emit: 'always',
    }),
    conditions: list(1, CustomResourceDefinitionCondition, {
      doc: 'Latest observations of the current state.',
      emit: 'always',
      listType: 'map',
      keys: ['type'],
    }),
    observedGeneration: int64(4, { doc: 'Generation of the object that the controller last observed.' }),
    storedVersions: list(3, text, {
      doc: 'All versions in which objects have ever been stored. These cannot be removed from spec.versions.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'Observed state of the definition: conditions, accepted names and stored versions.' },
);
export interface CustomResourceDefinitionStatus extends Of<typeof CustomResourceDefinitionStatus> {}

export const CustomResourceDefinition = resource(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  {
    doc: 'Defines a custom kind, its names, versions and schemas.',
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
