// RFC 6902. A malformed patch is a bad request; one that cannot be applied to the document is unprocessable.
// Messages are upstream's. Called by the API server for application/json-patch+json.
import { badRequest, failure, type StatusError, tooLarge } from '../status/status-error.ts';
import { copyJson, getKey, isObject, setKey } from './json.ts';
import { checkDepth, MOST_OPERATIONS, PatchBudget } from './patch-budget.ts';

/** Members are checked where they are used, so that errors come in the order of the operations. */
interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

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

/** The patch is well formed, but cannot be applied to the document; the message is that of upstream's library. */
export class DoesNotFit extends Error {}
class Missing extends DoesNotFit {}
/** An operation `test` found another value. */
export class TestFailed extends DoesNotFit {}

export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  try {
    return patched(document, patch);
  } catch (error) {
    throw error instanceof DoesNotFit ? unprocessable(error) : error;
  }
}

/** Throws a DoesNotFit where applyJsonPatch throws a 422. */
export function patched(document: unknown, patch: unknown): unknown {
  const operations = decode(patch);
  const budget = new PatchBudget();
  const changed = operations.reduce<unknown>((before, operation) => {
    try {
      return perform(before, operation, budget);
    } catch (error) {
      throw error instanceof DoesNotFit ? explained(error, operation) : error;
    }
  }, copyJson(document));
  return checkDepth(changed);
}

/** Upstream: gopkg.in/evanphx/json-patch.v4/patch.go. */
function explained(error: DoesNotFit, { op, path, from }: Operation): DoesNotFit {
  if (error instanceof TestFailed || typeof op !== 'string' || !OPERATIONS.has(op)) return error;
  if (!(error instanceof Missing))
    return new DoesNotFit(`error in ${op} for path: '${path}': ${error.message}`);
  const place =
    op === 'move' || op === 'copy' ? `from path: ${from}` : `path: ${QUOTED.has(op) ? `"${path}"` : path}`;
  return new Missing(`${op} operation does not apply: doc is missing ${place}: missing value`);
}

const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);
const QUOTED = new Set(['add', 'remove']);

function decode(patch: unknown): Operation[] {
  const type = isObject(patch) ? 'object' : patch === null ? 'null' : typeof patch;
  if (!Array.isArray(patch))
    throw badRequest(`json: cannot unmarshal ${type} into Go value of type jsonpatch.Patch`);
  if (patch.length > MOST_OPERATIONS)
    throw tooLarge(
      `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`,
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

function perform(document: unknown, operation: Operation, budget: PatchBudget): unknown {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'add':
      return add(document, path, wanted(operation), budget);
    case 'remove':
      return remove(document, path, budget);
    case 'replace':
      if (path.length === 0) return wanted(operation);
      return replace(document, path, operation, budget);
    case 'move': {
      const from = pointer(operation.from);
      const value = present(document, from, operation.from);
      return add(remove(document, from, budget), path, value, budget);
    }
    case 'copy': {
      const value = present(document, pointer(operation.from), operation.from);
      budget.copy(value);
      return add(document, path, copyJson(value), budget);
    }
    case 'test': {
      if (!budget.equal(read(document, path) ?? null, operation.value ?? null))
        throw new TestFailed(`testing value ${operation.path} failed: test failed`);
      return document;
    }
    default:
      throw new DoesNotFit(`Unexpected kind: ${operation.op}`);
  }
}

const missing = (path: unknown) => new Missing(`missing value: ${path}`);

function wanted(operation: Operation): unknown {
  if (operation.value === undefined) throw missing(operation.path);
  return copyJson(operation.value);
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
  if (index < 0 || index > limit)
    throw new DoesNotFit(`Unable to access invalid index: ${part}: invalid index referenced`);
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

function add(document: unknown, path: string[], value: unknown, budget: PatchBudget): unknown {
  const last = path.at(-1);
  if (last === undefined) return value;
  const holder = parent(document, path);
  if (Array.isArray(holder)) {
    if (last === '-') holder.push(value);
    else {
      const index = indexIn(last, holder.length);
      budget.move(holder.length - index);
      holder.splice(index, 0, value);
    }
  } else setKey(holder as Record<string, unknown>, last, value);
  return document;
}

/** Unlike RFC 6902, a member of an object need not be there, as with upstream's library: clients replace what is left out. */
function replace(document: unknown, path: string[], operation: Operation, budget: PatchBudget): unknown {
  const inList = Array.isArray(parent(document, path));
  if (!inList) return add(document, path, wanted(operation), budget);
  if (read(document, path) === undefined) throw missing(operation.path);
  return add(remove(document, path, budget), path, wanted(operation), budget);
}

function remove(document: unknown, path: string[], budget: PatchBudget): unknown {
  const last = path.at(-1);
  if (last === undefined) return null;
  const holder = parent(document, path);
  if (Array.isArray(holder)) {
    if (holder.length === 0) throw missing(last);
    const index = indexIn(last, holder.length - 1);
    budget.move(holder.length - index);
    holder.splice(index, 1);
  } else {
    if (!Object.hasOwn(holder as object, last))
      throw new DoesNotFit(`Unable to remove nonexistent key: ${last}: missing value`);
    delete (holder as Record<string, unknown>)[last];
  }
  return document;
}
