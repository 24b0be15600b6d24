// RFC 6902. A malformed patch is a bad request; one that cannot be applied to the document is unprocessable.
// Messages are upstream's. Called by the API server for application/json-patch+json.
import { badRequest, failure, type StatusError, tooLarge } from '../status/status-error.ts';
import { getKey, isObject, jsonEqual, setKey } from './json.ts';

/** Members are checked where they are used, so that errors come in the order of the operations. */
interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

const mostOperations = 10_000;

/** The error for a patch that is well formed but cannot be applied to this object. */
export const unprocessable = (cause: unknown): StatusError =>
  failure(
    422,
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
    {
      cause,
    },
  );

class DoesNotFit extends Error {}

export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  const operations = decode(patch);
  const copy = structuredClone(document);
  try {
    return operations.reduce<unknown>(perform, copy);
  } catch (error) {
    throw error instanceof DoesNotFit ? unprocessable(error) : error;
  }
}

function decode(patch: unknown): Operation[] {
  const type = isObject(patch) ? 'object' : patch === null ? 'null' : typeof patch;
  if (!Array.isArray(patch))
    throw badRequest(`json: cannot unmarshal ${type} into Go value of type jsonpatch.Patch`);
  if (patch.length > mostOperations)
    throw tooLarge(
      `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`,
    );
  return patch.map((operation) => {
    if (!isObject(operation))
      throw badRequest(
        `json: cannot unmarshal ${typeof operation} into Go value of type jsonpatch.Operation`,
      );
    return operation;
  });
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string') throw new DoesNotFit('missing path');
  if (path === '') return [];
  if (!path.startsWith('/')) throw new DoesNotFit(`invalid path ${path}`);
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function perform(document: unknown, operation: Operation): unknown {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'add':
      return add(document, path, wanted(operation));
    case 'remove':
      return remove(document, path);
    case 'replace':
      if (read(document, path) === undefined) throw missing(operation.path);
      return path.length === 0 ? wanted(operation) : add(remove(document, path), path, wanted(operation));
    case 'move': {
      const from = pointer(operation.from);
      const value = present(document, from, operation.from);
      return add(remove(document, from), path, value);
    }
    case 'copy':
      return add(document, path, structuredClone(present(document, pointer(operation.from), operation.from)));
    case 'test': {
      if (!jsonEqual(read(document, path) ?? null, operation.value ?? null))
        throw new DoesNotFit(`testing value ${operation.path} failed`);
      return document;
    }
    default:
      throw new DoesNotFit(`Unexpected kind: ${operation.op}`);
  }
}

const missing = (path: unknown) => new DoesNotFit(`missing value: ${path}`);

function wanted(operation: Operation): unknown {
  if (operation.value === undefined) throw missing(operation.path);
  return structuredClone(operation.value);
}

function present(document: unknown, path: string[], text: unknown): unknown {
  const value = read(document, path);
  if (value === undefined) throw missing(text);
  return value;
}

/** Negative indexes count from the end, as upstream's library allows. */
function indexIn(part: string, limit: number): number {
  if (!/^-?\d+$/.test(part)) throw new DoesNotFit(`not an index: ${part}`);
  const index = Number(part) < 0 ? Number(part) + limit + 1 : Number(part);
  if (index < 0 || index > limit) throw new DoesNotFit(`Unable to access invalid index: ${part}`);
  return index;
}

function child(value: unknown, part: string): unknown {
  if (Array.isArray(value)) {
    if (!/^-?\d+$/.test(part)) return undefined;
    return value.at(Number(part));
  }
  return isObject(value) ? getKey(value, part) : undefined;
}

const read = (document: unknown, path: string[]): unknown => path.reduce(child, document);

/** The container that holds the last part of the path. */
function parent(document: unknown, path: string[]): unknown {
  const value = read(document, path.slice(0, -1));
  if (!Array.isArray(value) && !isObject(value)) throw missing(`/${path.join('/')}`);
  return value;
}

function add(document: unknown, path: string[], value: unknown): unknown {
  const last = path.at(-1);
  if (last === undefined) return value;
  const holder = parent(document, path);
  if (Array.isArray(holder)) {
    if (last === '-') holder.push(value);
    else holder.splice(indexIn(last, holder.length), 0, value);
  } else setKey(holder as Record<string, unknown>, last, value);
  return document;
}

function remove(document: unknown, path: string[]): unknown {
  const last = path.at(-1);
  if (last === undefined) return null;
  const holder = parent(document, path);
  if (Array.isArray(holder)) {
    if (holder.length === 0) throw missing(last);
    holder.splice(indexIn(last, holder.length - 1), 1);
  } else {
    if (!Object.hasOwn(holder as object, last))
      throw new DoesNotFit(`Unable to remove nonexistent key: ${last}`);
    delete (holder as Record<string, unknown>)[last];
  }
  return document;
}
