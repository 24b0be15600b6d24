// Derives the resource of one version of a CustomResourceDefinition: schema, columns, scale paths, strategy. Pure.
// Called by custom-resources.ts.

import { type CustomColumn, customPrinter } from '../../api/columns/custom-columns.ts';
import { ENVELOPE } from '../../api/custom/prune.ts';
import { compareVersions } from '../../api/discovery/groups.ts';
import { storageVersionHash } from '../../api/discovery/storage-version.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import {
  type AnyResource,
  type KubeObject,
  type ResourceInfo,
  resource,
} from '../../api/meta/v1/resource.ts';
import type { JsonSchema } from '../../api/schema/json-schema.ts';
import { type FieldError, forbidden } from '../../api/status/status-error.ts';
import { paced, type Steps } from '../../kit/clock.ts';
import { type ResourceDescription, type ScalePaths, targetOf } from '../registry/resource.ts';
import type { Strategy } from '../registry/strategy.ts';
import type { Names } from './definitions/names.ts';
import { withRules } from './rules/run.ts';
import { structOf } from './schema-type.ts';
import { scaleErrors } from './validation/scale.ts';
import { validateCustom, validateStatus } from './validation/validate.ts';
import { finalizerWarnings } from './validation/warnings.ts';

export interface CustomKind {
  readonly resource: ResourceDescription;
  readonly strategy: Strategy;
}

export function customKind(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  isTerminating: () => boolean,
): CustomKind {
  const schema = version.schema?.openAPIV3Schema as JsonSchema | undefined;
  const info = infoOf(definition, version);
  const name = `${info.group.split('.').reverse().join('.')}.${info.version}.${info.kind}`;
  const selectable = (version.selectableFields ?? []).map(({ jsonPath }) => dotted(jsonPath));
  const listKind = namesOf(definition).listKind || `${info.kind}List`;
  const { fields, open } = structOf(schema ?? {}, name);
  const own = Object.fromEntries(Object.entries(fields).filter(([field]) => !ENVELOPE.has(field)));
  const kind: AnyResource = {
    ...(resource(name, info, own) as AnyResource),
    ...(open && { open }),
    custom: { schema, selectable, listKind },
  };
  const { scale } = version.subresources ?? {};
  const scalePaths = scale && {
    specReplicas: dotted(scale.specReplicasPath),
    statusReplicas: dotted(scale.statusReplicasPath),
    ...(scale.labelSelectorPath && { selector: dotted(scale.labelSelectorPath) }),
  };
  const printer = customPrinter(version.additionalPrinterColumns as CustomColumn[] | undefined);
  return {
    strategy: strategyOf(kind, schema ?? {}, scalePaths, isTerminating),
    resource: {
      kind,
      custom: true,
      deprecation: deprecationOf(definition, version),
      columns: printer,
      extraFields: selectable,
      ...(scalePaths && { scale: scalePaths }),
    },
  };
}

/** The text of the definition, or one that names the newest version in use. */
function deprecationOf(
  { spec }: CustomResourceDefinition,
  { name, deprecated, deprecationWarning }: CustomResourceDefinitionVersion,
): string | undefined {
  if (!deprecated) return undefined;
  if (deprecationWarning !== undefined) return deprecationWarning;
  const text = `${spec.group}/${name} ${spec.names.kind} is deprecated`;
  const [newest] = spec.versions
    .filter((version) => version.served && !version.deprecated && compareVersions(version.name, name) < 0)
    .map((version) => version.name)
    .sort(compareVersions);
  return newest ? `${text}; use ${spec.group}/${newest} ${spec.names.kind}` : text;
}

const dotted = (path: string): string => path.replace(/^\./, '');

/** The names in effect: those of the spec may be those of another definition. */
const namesOf = ({ spec, status }: CustomResourceDefinition): Names =>
  status?.acceptedNames?.kind ? status.acceptedNames : spec.names;

function infoOf(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
): ResourceInfo {
  const { spec } = definition;
  const names = namesOf(definition);
  const { status, scale } = version.subresources ?? {};
  const verbs = ['get', 'patch', 'update'];
  const stored = spec.versions.find(({ storage }) => storage)?.name ?? version.name;
  return {
    group: spec.group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular || names.kind.toLowerCase(),
    namespaced: spec.scope === 'Namespaced',
    storageVersionHash: storageVersionHash(spec.group, stored, names.kind),
    ...(names.shortNames && { shortNames: names.shortNames }),
    ...(names.categories && { categories: names.categories }),
    subresources: {
      ...(status && { status: { kind: names.kind, verbs } }),
      ...(scale && { scale: { kind: 'autoscaling/v1/Scale', verbs } }),
    },
  };
}

function* errorsOf(
  schema: JsonSchema,
  scale: ScalePaths | undefined,
  object: KubeObject,
  old?: KubeObject,
  isStatus = false,
): Steps<FieldError[]> {
  const errors =
    isStatus && old
      ? yield* validateStatus(schema, object as KubeObject & Json, old as KubeObject & Json)
      : yield* validateCustom(schema, object, old);
  return yield* withRules([...errors, ...scaleErrors(object, scale, isStatus)], schema, object, old);
}

function strategyOf(
  kind: AnyResource,
  schema: JsonSchema,
  scale: ScalePaths | undefined,
  isTerminating: () => boolean,
): Strategy {
  return {
    generation: kind.resource.subresources?.status ? true : 'with status',
    prepareCreate({ metadata }) {
      if (!isTerminating()) return;
      const why = 'create not allowed while custom resource definition is terminating';
      throw forbidden(targetOf({ kind }), metadata.name ?? '', why);
    },
    returnsDeleted: false,
    unconditionalUpdate: false,
    warnings: finalizerWarnings,
    validateCreate: (object, pace) => paced(errorsOf(schema, scale, object), pace),
    validateUpdate: (object, old, { subresource, pace }) =>
      paced(errorsOf(schema, scale, object, old, subresource === 'status'), pace),
    // As upstream, writes through /status do not change the metadata of custom objects.
    prepareStatus(object, old) {
      const { managedFields, resourceVersion } = object.metadata;
      object.metadata = {
        ...old.metadata,
        ...(managedFields && { managedFields }),
        ...(resourceVersion && { resourceVersion }),
      };
    },
  };
}

type Json = Record<string, unknown>;
