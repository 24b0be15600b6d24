// The objects that expressions of mutating admission policies make: `Object{…}` with fields of any name, typed by their path
// (`Object.spec{…}`), and the operations `JSONPatch{…}`.
// Upstream: staging/src/k8s.io/apiserver/pkg/cel/mutation.
import { spendWork } from '../evaluate/budget.ts';
import { dynType, stringType, structType, type Type } from '../types/type.ts';
import { equal } from '../values/equality.ts';
import { CelError, ObjectValue, type Result, type Value } from '../values/value.ts';

const ROOT = 'Object';
export const objectType = structType(ROOT, () => dynType);

const OPERATION: Readonly<Record<string, Type>> = {
  op: stringType,
  path: stringType,
  from: stringType,
  value: dynType,
};
export const jsonPatchType = structType('JSONPatch', (field) =>
  Object.hasOwn(OPERATION, field) ? OPERATION[field] : undefined,
);

export const mutationTypes = (name: string): Type | undefined => {
  if (name === jsonPatchType.name) return jsonPatchType;
  if (name === ROOT) return objectType;
  return name.startsWith(`${ROOT}.`) ? structType(name, () => dynType) : undefined;
};

export function makeMutation(name: string, fields: ReadonlyMap<string, Value>): Result {
  const type = mutationTypes(name);
  return type ? new Built(type, fields) : new CelError(`unknown type '${name}'`);
}

export class Built extends ObjectValue {
  readonly type: Type;
  readonly fields: ReadonlyMap<string, Value>;

  constructor(type: Type, fields: ReadonlyMap<string, Value>) {
    super();
    this.type = type;
    this.fields = fields;
  }

  override get(field: string): Result | undefined {
    const found = this.fields.get(field);
    return found === undefined && this.type === jsonPatchType && field !== 'value' ? '' : found;
  }

  override has(field: string): boolean {
    return this.fields.has(field);
  }

  override isZero(): boolean {
    return this.fields.size === 0;
  }

  equals(other: Value): boolean {
    if (!(other instanceof Built) || other.type.name !== this.type.name) return false;
    if (other.fields.size !== this.fields.size) return false;
    for (const [name, value] of this.fields) {
      spendWork(1);
      const theirs = other.fields.get(name);
      if (theirs === undefined || !equal(value, theirs)) return false;
    }
    return true;
  }
}
