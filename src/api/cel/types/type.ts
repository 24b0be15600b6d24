// The types of CEL and their names as messages show them. Structs are compared by name; a struct may know its fields.

export type Kind =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'parameter'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint';

export class Type {
  readonly kind: Kind;
  readonly name: string;
  readonly parameters: readonly Type[];
  /** The type of a field of a struct; undefined for a field that it does not have. */
  readonly field: (name: string) => Type | undefined;
  constructor(
    kind: Kind,
    name: string,
    parameters: readonly Type[] = [],
    field: (name: string) => Type | undefined = () => undefined,
  ) {
    this.kind = kind;
    this.name = name;
    this.parameters = parameters;
    this.field = field;
  }
}

export const anyType = new Type('any', 'google.protobuf.Any');
export const boolType = new Type('bool', 'bool');
export const bytesType = new Type('bytes', 'bytes');
export const doubleType = new Type('double', 'double');
export const durationType = new Type('duration', 'google.protobuf.Duration');
export const dynType = new Type('dyn', 'dyn');
export const errorType = new Type('error', 'error');
export const intType = new Type('int', 'int');
export const nullType = new Type('null', 'null_type');
export const stringType = new Type('string', 'string');
export const timestampType = new Type('timestamp', 'google.protobuf.Timestamp');
export const uintType = new Type('uint', 'uint');

export const listOf = (element: Type): Type => new Type('list', 'list', [element]);
export const mapOf = (key: Type, value: Type): Type => new Type('map', 'map', [key, value]);
export const typeOf = (parameter?: Type): Type =>
  new Type('type', 'type', parameter === undefined ? [] : [parameter]);
export const optionalOf = (parameter: Type): Type => new Type('opaque', 'optional_type', [parameter]);
export const opaqueType = (name: string, ...parameters: Type[]): Type => new Type('opaque', name, parameters);
export const typeParameter = (name: string): Type => new Type('parameter', name);
export const structType = (name: string, field?: (name: string) => Type | undefined): Type =>
  new Type('struct', name, [], field);

export const elementOf = (type: Type): Type => type.parameters[0] ?? dynType;
export const valueTypeOf = (type: Type): Type => type.parameters[1] ?? dynType;
export const isOptional = (type: Type): boolean => type.kind === 'opaque' && type.name === 'optional_type';
export const isDyn = (type: Type): boolean => type.kind === 'dyn' || type.kind === 'any';
export const isDynOrError = (type: Type): boolean => type.kind === 'error' || isDyn(type);

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.parameters.length !== b.parameters.length) return false;
  return a.parameters.every((parameter, i) => sameType(parameter, b.parameters[i] as Type));
}

const shown: Partial<Record<Kind, string>> = {
  any: 'any',
  duration: 'duration',
  error: '!error!',
  null: 'null',
  timestamp: 'timestamp',
};

export function formatType(type: Type): string {
  const name = shown[type.kind] ?? type.name;
  return type.parameters.length === 0 ? name : `${name}(${type.parameters.map(formatType).join(', ')})`;
}
