// Derives the resource of one version of a CustomResourceDefinition: schema, columns, scale paths, strategy. Pure.
// Called by custom-resources.ts.
import { type CustomColumn, customPrinter } from '../../api/columns/custom-columns.ts';
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
import type { AnyField } from '../../api/schema/notation.ts';
import type { ResourceDescription } from '../registry/resource.ts';
import type { Strategy } from '../registry/strategy.ts';
import type { JsonSchema } from './json-schema.ts';
import { fieldsOf } from './schema-type.ts';
import { validateCustom } from './validate.ts';

export interface CustomKind {
  readonly resource: ResourceDescription;
  readonly strategy: Strategy;
}

export function customKind(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
): CustomKind {
  const schema = (version.schema?.openAPIV3Schema ?? {}) as JsonSchema;
  const info = infoOf(definition, version);
  const name = `${info.group.split('.').reverse().join('.')}.${info.version}.${info.kind}`;
  const kindOf = (exact: boolean) => resource(name, info, ownFields(schema, name, exact)) as AnyResource;
  const { scale } = version.subresources ?? {};
  const printer = customPrinter(version.additionalPrinterColumns as CustomColumn[] | undefined);
  return {
    strategy: strategyOf(schema),
    resource: {
      kind: kindOf(false),
      documented: kindOf(true),
      custom: true,
      columns: printer,
      extraFields: (version.selectableFields ?? []).map(({ jsonPath }) => dotted(jsonPath)),
      ...(scale && {
        scale: {
          specReplicas: dotted(scale.specReplicasPath),
          statusReplicas: dotted(scale.statusReplicasPath),
          ...(scale.labelSelectorPath && { selector: dotted(scale.labelSelectorPath) }),
        },
      }),
    },
  };
}

const dotted = (path: string): string => path.replace(/^\./, '');

function infoOf({ spec }: CustomResourceDefinition, version: CustomResourceDefinitionVersion): ResourceInfo {
  const { names } = spec;
  const { status, scale } = version.subresources ?? {};
  const verbs = ['get', 'patch', 'update'];
  return {
    group: spec.group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular || names.kind.toLowerCase(),
    namespaced: spec.scope === 'Namespaced',
    ...(names.shortNames && { shortNames: names.shortNames }),
    ...(names.categories && { categories: names.categories }),
    subresources: {
      ...(status && { status: { kind: names.kind, verbs } }),
      ...(scale && { scale: { kind: 'autoscaling/v1/Scale', verbs } }),
    },
  };
}

const ENVELOPE = new Set(['apiVersion', 'kind', 'metadata']);

/** A schema that preserves unknown fields at its root gets untyped spec, status and data in addition to its properties. */
function ownFields(schema: JsonSchema, name: string, exact: boolean): Record<string, AnyField> {
  const fields = fieldsOf(schema, { name, exact });
  for (const key of ENVELOPE) delete fields[key];
  if (schema['x-kubernetes-preserve-unknown-fields'] || !schema.type)
    for (const key of ['spec', 'status', 'data'])
      fields[key] ??= { number: 0, type: { is: 'json' }, required: false, emit: 'if-set' };
  return fields;
}

function strategyOf(schema: JsonSchema): Strategy {
  const validate = (object: KubeObject) => validateCustom(schema, object);
  return {
    generation: true,
    returnsDeleted: false,
    unconditionalUpdate: false,
    validateCreate: validate,
    validateUpdate: validate,
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
