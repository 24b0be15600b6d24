// replacements: a value of one resource, or a given one, is written to fields of others.
import { parseYaml12Documents, parseYamlDocuments } from '../../../api/codec/yaml.ts';
import { copyJson, isObject } from '../../../api/patch/json.ts';
import { parseLabelSelector } from '../../../api/selectors/parse-labels.ts';
import { type Collection, matchesGvk, type Selector } from '../collection.ts';
import type { Place } from '../fields/field-spec.ts';
import type { FieldOptions, ReplacementEntry } from '../kustomization.ts';
import type { Loader } from '../loader.ts';
import { matchesPattern } from '../patterns.ts';
import { effectiveNamespace, idText, isSelected, type Resource, type ResourceId } from '../resource.ts';
import { fieldPath, placesAt, valueAt } from './field-paths.ts';

const DEFAULT_PATH = 'metadata.name';
type Target = NonNullable<ReplacementEntry['targets']>[number];
type Source = NonNullable<ReplacementEntry['source']>;

export async function replaceFields(
  collection: Collection,
  entries: readonly ReplacementEntry[],
  loader: Loader,
): Promise<void> {
  for (const entry of entries)
    for (const one of entry.path ? await fromFile(entry.path, loader) : [entry]) replace(collection, one);
}

async function fromFile(path: string, loader: Loader): Promise<ReplacementEntry[]> {
  const documents = parseYamlDocuments((await loader.read(path)).toString());
  return documents.flatMap((document) =>
    Array.isArray(document) ? document : [document],
  ) as ReplacementEntry[];
}

function replace(collection: Collection, entry: ReplacementEntry): void {
  const { source, sourceValue, targets } = entry;
  if ((!source && sourceValue === undefined) || !targets)
    throw new Error('replacements must specify a source and at least one target');
  if (source && sourceValue !== undefined)
    throw new Error('value and resource selectors are mutually exclusive');
  const value = source ? readValue(collection, source) : sourceValue;
  for (const target of targets) write(collection, target, value);
}

function readValue(collection: Collection, source: Source): unknown {
  const [found, another] = collection.all.filter((resource) =>
    resource.allIds.some((id) => isMeant(id, source)),
  );
  const shown = idText({
    ...{ group: source.group ?? '', version: source.version ?? '', kind: source.kind ?? '' },
    ...{ name: source.name ?? '', namespace: source.namespace ?? '' },
  });
  if (another) throw new Error(`multiple matches for selector ${shown}`);
  if (!found) throw new Error(`nothing selected by ${shown}`);
  const path = source.fieldPath || DEFAULT_PATH;
  const value = valueAt(found.object, fieldPath(path));
  if (value === undefined || value === null || value === '')
    throw new Error(`fieldPath \`${path}\` is missing for replacement source ${shown}`);
  return part(value, source.options);
}

const isMeant = (id: ResourceId, source: Source): boolean =>
  isSelected(id, source) &&
  (!source.name || source.name === id.name) &&
  (!source.namespace ||
    effectiveNamespace({ ...id, namespace: source.namespace }) === effectiveNamespace(id));

function part(value: unknown, options: FieldOptions | undefined): unknown {
  if (!options?.delimiter) return value;
  if (typeof value === 'object') throw new Error('delimiter option can only be used with scalar nodes');
  const parts = String(value).split(options.delimiter);
  const index = options.index ?? 0;
  const found = parts[index];
  if (found === undefined)
    throw new Error(`options.index ${index} is out of bounds for value ${String(value)}`);
  return found;
}

function write(collection: Collection, target: Target, value: unknown): void {
  const { select, reject = [], options } = target;
  if (!select) throw new Error('target must specify resources to select');
  const paths = target.fieldPaths?.length ? target.fieldPaths : [DEFAULT_PATH];
  for (const resource of collection.all) {
    if (!hasMarks(resource, select) || reject.some((one) => hasOwnMarks(one) && hasMarks(resource, one)))
      continue;
    const ids = resource.allIds;
    if (reject.some((one) => hasIdentity(one) && ids.some((id) => matchesId(one, id)))) continue;
    if (!ids.some((id) => matchesId(select, id))) continue;
    for (const path of paths) writeAt(resource, path, value, options);
  }
}

const hasOwnMarks = (selector: Selector): boolean =>
  Boolean(selector.labelSelector || selector.annotationSelector);
const hasIdentity = ({ group, version, kind, name, namespace }: Selector): boolean =>
  Boolean(group || version || kind || name || namespace);

const hasMarks = (resource: Resource, { labelSelector, annotationSelector }: Selector): boolean =>
  parseLabelSelector(labelSelector ?? '').matches(resource.strings('labels')) &&
  parseLabelSelector(annotationSelector ?? '').matches(resource.strings('annotations'));

const matchesId = (selector: Selector, id: ResourceId): boolean =>
  matchesGvk(selector, id) &&
  matchesPattern(selector.name, id.name) &&
  matchesPattern(selector.namespace, id.namespace);

function writeAt(resource: Resource, path: string, value: unknown, options: FieldOptions | undefined): void {
  const create = options?.create
    ? () => (isObject(value) ? {} : Array.isArray(value) ? [] : null)
    : undefined;
  const places = placesAt(resource.object, fieldPath(path), create);
  if (places.length === 0)
    throw new Error(
      `unable to find ${create ? 'or create ' : ''}field ${JSON.stringify(path)} in replacement target`,
    );
  for (const place of places) setPlace(place, value, options);
}

function setPlace(place: Place, value: unknown, options: FieldOptions | undefined): void {
  const old = place.get();
  const isScalar = typeof old !== 'object' || old === null;
  let next = value;
  if (options?.delimiter) {
    if (!isScalar) throw new Error('delimiter option can only be used with scalar nodes');
    const parts = String(old).split(options.delimiter);
    const index = options.index ?? 0;
    if (index < 0) parts.unshift(String(value));
    else if (index >= parts.length) parts.push(String(value));
    else parts[index] = String(value);
    next = parts.join(options.delimiter);
  }
  place.set(isScalar ? ofSameType(old, next) : copyJson(next));
}

/** The text goes into the field, whose type stays: a port of a ConfigMap becomes a number in a Service. */
function ofSameType(old: unknown, next: unknown): unknown {
  if (typeof next === 'object') return copyJson(next);
  if (old === null && typeof next === 'string') return parseYaml12Documents(next)[0] ?? next;
  if (typeof old === 'number' && /^-?[0-9]+$/.test(String(next))) return Number(next);
  if (typeof old === 'boolean' && /^(?:true|false)$/.test(String(next))) return String(next) === 'true';
  return typeof old === 'string' ? String(next) : next;
}
