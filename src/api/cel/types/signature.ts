// Types and signatures as text: "list(A), int -> optional_type(A)". A name of one capital letter is a type parameter, a name
// with a dot is a struct.

import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  nullType,
  opaqueType,
  stringType,
  structType,
  type Type,
  timestampType,
  typeOf,
  typeParameter,
  uintType,
} from './type.ts';

const simple: Readonly<Record<string, Type>> = {
  bool: boolType,
  bytes: bytesType,
  double: doubleType,
  duration: durationType,
  dyn: dynType,
  int: intType,
  null: nullType,
  string: stringType,
  timestamp: timestampType,
  uint: uintType,
};

export interface Signature {
  parameters: Type[];
  result: Type;
  /** Names of type parameters in it. */
  names: readonly string[];
}

export function signature(text: string): Signature {
  const arrow = text.lastIndexOf('->');
  const left = text.slice(0, arrow).trim();
  const parameters = left === '' ? [] : splitTypes(left).map(parseType);
  const result = parseType(text.slice(arrow + 2).trim());
  return { parameters, result, names: [...new Set([...parameters, result].flatMap(parameterNames))] };
}

function parameterNames(type: Type): string[] {
  return type.kind === 'parameter' ? [type.name] : type.parameters.flatMap(parameterNames);
}

export function parseType(text: string): Type {
  const open = text.indexOf('(');
  if (open >= 0) {
    const name = text.slice(0, open);
    const parameters = splitTypes(text.slice(open + 1, -1)).map(parseType);
    const [first = dynType, second = dynType] = parameters;
    if (name === 'list') return listOf(first);
    if (name === 'map') return mapOf(first, second);
    if (name === 'type') return typeOf(first);
    return opaqueType(name, ...parameters);
  }
  const known = simple[text];
  if (known !== undefined) return known;
  if (text.length === 1) return typeParameter(text);
  return text.startsWith('net.') ? opaqueType(text) : structType(text);
}

function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}
