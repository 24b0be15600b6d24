// Warnings for writes of definitions and of custom objects.
// Upstream: WarningsOnCreate and WarningsOnUpdate of the strategies in pkg/registry/{customresourcedefinition,customresource}.
import type { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { isObject } from '../../../api/patch/json.ts';
import { isQualifiedName } from '../../../api/validation/names.ts';
import { isKnownFormat } from './formats.ts';

/** Formats that are ignored, and were not there before. */
export function formatWarnings(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): string[] {
  const before = new Set(old && unknownFormats(old));
  return unknownFormats(definition)
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

/** Every format once: a schema may have many. */
function unknownFormats({ spec }: CustomResourceDefinition): string[] {
  const found = new Set<string>();
  for (const { schema } of spec.versions ?? []) visit(schema?.openAPIV3Schema, found);
  return [...found];
}

/** `schema` may also be a map or a list of schemas: no property of those is a text. */
function visit(schema: unknown, found: Set<string>): void {
  if (Array.isArray(schema)) for (const part of schema) visit(part, found);
  if (!isObject(schema)) return;
  const { format, type, properties, items, additionalProperties, allOf, anyOf, oneOf, not } = schema;
  const known = typeof type === 'string' ? type : undefined;
  if (typeof format === 'string' && format !== '' && !isKnownFormat(format, known)) found.add(format);
  for (const part of isObject(properties) ? Object.values(properties) : []) visit(part, found);
  for (const part of [items, additionalProperties, allOf, anyOf, oneOf, not]) visit(part, found);
}

const STANDARD = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** Names of new finalizers that others might use, too. */
export function finalizerWarnings({ metadata }: KubeObject, old: KubeObject | undefined): string[] {
  const before = old?.metadata.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter((name) => !before.includes(name));
  return [...new Set(added)].sort().flatMap((name) => {
    const start = `metadata.finalizers: ${JSON.stringify(name)}: `;
    const texts = isQualifiedName(name).map((text) => start + text);
    if (name.includes('/') || STANDARD.has(name)) return texts;
    const path = name.includes('.') ? ' including a path (/)' : '';
    const why = `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
    return [...texts, start + why];
  });
}
