// Finds the fields that a specification names (`spec/template/metadata/labels` of a Deployment) and sets them. A path does not say
// where lists are: all elements of a list on the way are visited.
import { getKey, isObject, type JsonObject, setKey } from '../../../api/patch/json.ts';
import { type Gvk, idText, isSelected, type ResourceId } from '../resource.ts';

export interface FieldSpec extends Gvk {
  readonly path: string;
  /** Whether the field is made where it is missing. */
  readonly create?: boolean;
}

/** A value in its holder: an object's member or a list's element. */
export interface Place {
  get(): unknown;
  set(value: unknown): void;
}

/** Parts between slashes; `\/` is a slash within a part. */
export function pathParts(path: string, delimiter = '/'): string[] {
  const pieces = path.split(delimiter);
  if (pieces.length > 1 && pieces[0] === '') pieces.shift();
  const parts: string[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (last?.endsWith('\\')) parts[parts.length - 1] = `${last.slice(0, -1)}${delimiter}${piece}`;
    else parts.push(piece);
  }
  return parts;
}

/** Calls `visit` for every field; `empty` makes the value of one that the specification creates. */
export function visitFields(
  id: ResourceId,
  object: JsonObject,
  spec: FieldSpec,
  visit: (place: Place) => void,
  empty?: () => unknown,
): void {
  if (!isSelected(id, spec)) return;
  try {
    walk(
      placeOf(() => object),
      pathParts(spec.path),
      { visit, empty: spec.create ? empty : undefined },
    );
  } catch (error) {
    throw new Error(
      `considering field '${spec.path}' of object ${idText(id)}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

interface Visit {
  readonly visit: (place: Place) => void;
  readonly empty: (() => unknown) | undefined;
}

const placeOf = (get: () => unknown, set: (value: unknown) => void = () => {}): Place => ({ get, set });

function walk(place: Place, path: readonly string[], how: Visit): void {
  const [part, ...rest] = path;
  if (part === undefined) return how.visit(place);
  const value = place.get();
  if (value === null || value === undefined) return;
  if (Array.isArray(value))
    value.forEach((element, i) => {
      walk(
        placeOf(
          () => element,
          (next) => {
            value[i] = next;
          },
        ),
        path,
        how,
      );
    });
  else if (isObject(value)) walkMember(value, part, rest, how);
  else throw new Error('expected sequence or mapping node');
}

function walkMember(holder: JsonObject, part: string, rest: readonly string[], how: Visit): void {
  const isList = part.endsWith('[]');
  const key = isList ? part.slice(0, -2) : part;
  if (key === '') throw new Error('cannot set or create an empty field name');
  const found = getKey(holder, key);
  if (how.empty && !isList) {
    if (found === undefined || found === null) setKey(holder, key, rest.length === 0 ? how.empty() : {});
  } else if (found === undefined) return;
  walk(
    placeOf(
      () => holder[key],
      (value) => setKey(holder, key, value),
    ),
    rest,
    how,
  );
}

/** Both lists; what is in both has to agree on `create`. */
export function joinedSpecs(specs: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  const joined = [...specs];
  for (const one of more) {
    const same = joined.find((spec) => spec.path === one.path && isSelected(spec, one));
    if (!same) joined.push(one);
    else if (Boolean(same.create) !== Boolean(one.create)) throw new Error('conflicting fieldspecs');
  }
  return joined;
}
