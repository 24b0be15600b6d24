// patches, patchesStrategicMerge and patchesJson6902: which of the two kinds a text is, what it is for, and applying it.
import { parseYamlDocuments } from '../../../api/codec/yaml.ts';
import { copyJson, getKey, isObject, type JsonObject } from '../../../api/patch/json.ts';
import { DoesNotFit, patched } from '../../../api/patch/json-patch.ts';
import type { Collection } from '../collection.ts';
import { objectsOf } from '../documents.ts';
import type { PatchEntry } from '../kustomization.ts';
import type { Loader } from '../loader.ts';
import { Resource } from '../resource.ts';
import { mergedByKind } from './strategic.ts';

export async function applyPatchEntry(
  collection: Collection,
  entry: PatchEntry,
  loader: Loader,
): Promise<void> {
  const text = (entry.patch ?? '').trim();
  if (text === '' && !entry.path) throw new Error('must specify one of patch and path in\n{}');
  if (text !== '' && entry.path) throw new Error("patch and path can't be set at the same time");
  const source = text ? `[patch: ${JSON.stringify(text)}]` : `[path: ${JSON.stringify(entry.path)}]`;
  const content = text || (await fileOf(entry.path ?? '', loader));
  const operations = operationsOf(content);
  if (operations) return applyOperations(collection, operations, entry, source);
  applyMerges(collection, mergesOf(content, source), entry, source);
}

const fileOf = async (path: string, loader: Loader): Promise<string> => {
  try {
    return (await loader.read(path)).toString();
  } catch (error) {
    throw new Error(
      `failed to get the patch file from path(${path}): ${error instanceof Error ? error.message : error}`,
    );
  }
};

/** The operations of a JSON patch; undefined for another text. */
function operationsOf(content: string): unknown[] | undefined {
  try {
    const [first] = parseYamlDocuments(content);
    return Array.isArray(first) ? first : undefined;
  } catch {
    return undefined;
  }
}

function mergesOf(content: string, source: string): Resource[] {
  try {
    return objectsOf(content).map((object) => new Resource(object));
  } catch {
    throw new Error(`unable to parse SM or JSON patch from ${source}`);
  }
}

function applyOperations(
  collection: Collection,
  operations: unknown[],
  { target }: PatchEntry,
  source: string,
): void {
  if (!target) throw new Error(`must specify a target for JSON patch ${source}`);
  for (const resource of collection.select(target)) {
    resource.remember();
    try {
      const object = patched(resource.object, operations);
      if (isObject(object)) resource.object = object;
    } catch (error) {
      throw error instanceof DoesNotFit ? new Error(error.message) : error;
    }
  }
}

function applyMerges(
  collection: Collection,
  patches: readonly Resource[],
  { target, options = {} }: PatchEntry,
  source: string,
): void {
  const [first] = patches;
  if (target) {
    if (patches.length > 1)
      throw new Error(
        `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`,
      );
    if (first) for (const resource of collection.select(target)) merge(resource, first, options);
  } else
    for (const patch of patches) {
      const found = wanted(() => collection.only(patch.id), patch);
      merge(found, patch, options);
    }
  collection.dropRemoved();
}

function wanted(find: () => Resource, { id }: Resource): Resource {
  try {
    return find();
  } catch (error) {
    const name = `${id.kind}.${id.version || '[noVer]'}.${id.group || '[noGrp]'}/${id.name}.${id.namespace || '[noNs]'}`;
    throw new Error(
      `no resource matches strategic merge patch ${JSON.stringify(name)}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function merge(resource: Resource, patch: Resource, options: NonNullable<PatchEntry['options']>): void {
  if (options.allowNameChange || options.allowKindChange) resource.remember();
  const { name, namespace, kind } = resource;
  const { apiVersion } = resource.object;
  const merged = mergedByKind(resource.object, {
    ...copyJson(patch.object),
    apiVersion,
    kind: patch.kind || kind,
  });
  if (!merged) {
    resource.removed = true;
    return;
  }
  resource.object = merged;
  if (!options.allowKindChange) merged.kind = kind;
  if (!options.allowNameChange) resource.name = name;
  if (namespace) resource.metadata.namespace = namespace;
  else delete resource.metadata.namespace;
}

/** patchesStrategicMerge: each entry is a file, or the patch itself. */
export async function applyMergeFiles(
  collection: Collection,
  paths: readonly string[],
  loader: Loader,
): Promise<void> {
  for (const path of paths) {
    const inline = inlineObjects(path);
    const objects = inline ?? objectsOf((await loader.read(path)).toString());
    for (const object of objects) {
      const patch = new Resource(object);
      merge(collection.only(patch.id), patch, {});
      collection.dropRemoved();
    }
  }
}

function inlineObjects(text: string): JsonObject[] | undefined {
  try {
    const objects = objectsOf(text);
    return objects.length > 0 ? objects : undefined;
  } catch {
    return undefined;
  }
}

/** patchesJson6902. */
export async function applyJson6902(
  collection: Collection,
  { target, path, patch }: PatchEntry,
  loader: Loader,
): Promise<void> {
  if (!target || !getKey({ ...target }, 'name')) throw new Error('must specify the target name');
  if (!path && !patch) throw new Error('empty file path and empty jsonOp');
  if (path && patch) throw new Error('must specify a file path or jsonOp, not both');
  const operations = operationsOf(path ? (await loader.read(path)).toString() : (patch ?? ''));
  if (!operations?.length)
    throw new Error(`patch appears to be empty; file=${path ?? ''}, JsonOp=${patch ?? ''}`);
  applyOperations(collection, operations, { target }, path ?? '');
}
