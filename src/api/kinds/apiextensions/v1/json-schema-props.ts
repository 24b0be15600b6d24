// The schema in a CustomResourceDefinition: a struct that contains itself, so its type cannot be inferred. What reads schemas
// has its own view of them (apiserver/crd/json-schema.ts).
import {
  type AnyField,
  anyJson,
  boolean,
  double,
  int64,
  list,
  map,
  type Of,
  ref,
  required,
  type StructType,
  schemaOr,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';

const PACKAGE = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

export const ExternalDocumentation = struct(
  `${PACKAGE}.ExternalDocumentation`,
  {
    description: string(1, { doc: 'Text of the reference.' }),
    url: string(2, { doc: 'URL of the document.' }),
  },
  { doc: 'Reference to documentation outside of the schema.' },
);
export interface ExternalDocumentation extends Of<typeof ExternalDocumentation> {}

export const ValidationRule = struct(
  `${PACKAGE}.ValidationRule`,
  {
    fieldPath: string(5, { doc: 'Path of the field that errors name, relative to the schema.' }),
    message: string(2, { doc: 'Text of the error if the rule fails.' }),
    messageExpression: string(3, { doc: 'CEL expression that gives the text of the error.' }),
    optionalOldSelf: boolean(6, {
      doc: 'Whether the rule is also evaluated without an old value, as an optional.',
      emit: 'if-set',
    }),
    reason: string(4, { doc: 'Machine-readable reason of the error.', emit: 'if-set' }),
    rule: required(string(1, { doc: 'CEL expression that must be true.', emit: 'always' })),
  },
  { doc: 'Rule in the expression language CEL that values must meet.' },
);
export interface ValidationRule extends Of<typeof ValidationRule> {}

const json = anyJson(`${PACKAGE}.JSON`);
const limit = (number: number, doc: string): AnyField => int64(number, { doc, emit: 'if-set' });
const bound = (number: number, doc: string): AnyField => double(number, { doc, emit: 'if-set' });
const value = (number: number, doc: string): AnyField => ({
  number,
  type: json.type,
  required: false,
  doc,
  emit: 'if-set',
});

const fields: Record<string, AnyField> = {};

/** Its fields are added below, because they refer to it. */
export const JSONSchemaProps: StructType = {
  is: 'struct',
  name: `${PACKAGE}.JSONSchemaProps`,
  doc: 'JSON schema, as far as OpenAPI v3 has it.',
  fields,
};

const schemas = (number: number, doc: string): AnyField =>
  list(number, JSONSchemaProps, { doc, listType: 'atomic' });
const named = (number: number, doc: string): AnyField => map(number, JSONSchemaProps, { doc });
const orBoolean = schemaOr(`${PACKAGE}.JSONSchemaPropsOrBool`, JSONSchemaProps, 'boolean');
const orSchemas = schemaOr(`${PACKAGE}.JSONSchemaPropsOrArray`, JSONSchemaProps, 'schemas');
const orStrings = schemaOr(`${PACKAGE}.JSONSchemaPropsOrStringArray`, JSONSchemaProps, 'strings');
const other = (number: number, { type }: typeof orBoolean, doc: string): AnyField => ({
  number,
  type,
  required: false,
  doc,
  emit: 'if-set',
});

Object.assign(fields, {
  $ref: string(3, { doc: 'Reference to another schema. Must not be set.', emit: 'if-set' }),
  $schema: string(2, { doc: 'URL of the dialect of the schema.' }),
  additionalItems: other(33, orBoolean, 'Whether lists may have further items, or their schema.'),
  additionalProperties: other(30, orBoolean, 'Whether objects may have further fields, or their schema.'),
  allOf: schemas(25, 'Schemas that must all be met.'),
  anyOf: schemas(27, 'Schemas of which at least one must be met.'),
  default: value(8, 'Value of the field if it is absent.'),
  definitions: named(34, 'Schemas to refer to. Must not be set.'),
  dependencies: map(32, orStrings, { doc: 'What a field requires if it is present. Must not be set.' }),
  description: string(4, { doc: 'Description for users.' }),
  enum: list(20, json, { doc: 'Values that are valid.', listType: 'atomic' }),
  example: value(36, 'Example of a valid value.'),
  exclusiveMaximum: boolean(10, { doc: 'Whether the maximum itself is invalid.' }),
  exclusiveMinimum: boolean(12, { doc: 'Whether the minimum itself is invalid.' }),
  externalDocs: ref(35, ExternalDocumentation, { doc: 'Further documentation.', emit: 'if-set' }),
  format: string(6, { doc: 'Format of the value, such as int64 or date-time.' }),
  id: string(1, { doc: 'Identifier of the schema. Must not be set.' }),
  items: other(24, orSchemas, 'Schema of the items of a list.'),
  maxItems: limit(16, 'Largest number of items.'),
  maxLength: limit(13, 'Largest number of characters.'),
  maxProperties: limit(21, 'Largest number of fields.'),
  maximum: bound(9, 'Largest number.'),
  minItems: limit(17, 'Smallest number of items.'),
  minLength: limit(14, 'Smallest number of characters.'),
  minProperties: limit(22, 'Smallest number of fields.'),
  minimum: bound(11, 'Smallest number.'),
  multipleOf: bound(19, 'Number of which the value must be a multiple.'),
  not: ref(28, JSONSchemaProps, { doc: 'Schema that must not be met.', emit: 'if-set' }),
  nullable: boolean(37, { doc: 'Whether null is valid.' }),
  oneOf: schemas(26, 'Schemas of which exactly one must be met.'),
  pattern: string(15, { doc: 'Regular expression that strings must match.' }),
  patternProperties: named(31, 'Schemas of fields by patterns of their names. Must not be set.'),
  properties: named(29, 'Schemas of the fields by name.'),
  required: list(23, text, { doc: 'Names of the fields that must be present.', listType: 'atomic' }),
  title: string(7, { doc: 'Short name for users.' }),
  type: string(5, { doc: 'Type of the value, such as object or string.' }),
  uniqueItems: boolean(18, { doc: 'Whether items must differ from one another. Must be false.' }),
  'x-kubernetes-embedded-resource': boolean(39, {
    doc: 'Whether the value is a whole Kubernetes object.',
  }),
  'x-kubernetes-int-or-string': boolean(40, { doc: 'Whether the value is an integer or a string.' }),
  'x-kubernetes-list-map-keys': list(41, text, {
    doc: 'Fields that identify an item of a list of type map.',
    listType: 'atomic',
  }),
  'x-kubernetes-list-type': string(42, {
    doc: 'How lists are merged: atomic, set or map.',
    emit: 'if-set',
  }),
  'x-kubernetes-map-type': string(43, {
    doc: 'How objects are merged: granular or atomic.',
    emit: 'if-set',
  }),
  'x-kubernetes-preserve-unknown-fields': boolean(38, {
    doc: 'Whether fields that the schema does not specify are kept.',
    emit: 'if-set',
  }),
  'x-kubernetes-validations': list(44, ValidationRule, {
    doc: 'Rules in the expression language CEL.',
    listType: 'map',
    keys: ['rule'],
    merge: 'rule',
  }),
});
