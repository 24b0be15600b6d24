// One directory of a kustomization: reads its resources, bases and components, generates, and transforms in upstream's order.
import { parseYamlDocuments } from '../../api/codec/yaml.ts';
import { isObject } from '../../api/patch/json.ts';
import { Collection } from './collection.ts';
import { objectsOf } from './documents.ts';
import { defaultFields, type FieldConfiguration, withConfiguration } from './fields/defaults.ts';
import { generated } from './generate/generators.ts';
import { type Kustomization, readKustomization } from './kustomization.ts';
import { HttpError, type Loader } from './loader.ts';
import { Resource } from './resource.ts';
import { setImages } from './transform/images.ts';
import { addPairs, setReplicas, specsOfLabels } from './transform/metadata.ts';
import { addAffix, setNamespace } from './transform/names.ts';
import { applyJson6902, applyMergeFiles, applyPatchEntry } from './transform/patches.ts';
import { replaceFields } from './transform/replacements.ts';

/** What a directory makes; components go on with that of their parent. */
export interface Accumulated {
  readonly collection: Collection;
  fields: FieldConfiguration;
}

export const nothing = (): Accumulated => ({ collection: new Collection(), fields: defaultFields });

export async function accumulate(
  loader: Loader,
  kustomization: Kustomization,
  into: Accumulated,
  warn: (text: string) => void,
): Promise<void> {
  await prefixed('accumulating resources', async () => {
    for (const path of kustomization.resources) await addResources(loader, path, into, warn);
  });
  for (const path of kustomization.configurations ?? [])
    for (const document of parseYamlDocuments((await loader.read(path)).toString()))
      if (isObject(document)) into.fields = withConfiguration(into.fields, document);
  await generate(loader, kustomization, into.collection);
  await prefixed('accumulating components', async () => {
    for (const path of kustomization.components ?? [])
      await addDirectory(await loader.below(path), into, true, warn);
  });
  await transform(loader, kustomization, into);
}

async function prefixed(prefix: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`${prefix}: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function addResources(
  loader: Loader,
  path: string,
  into: Accumulated,
  warn: (text: string) => void,
): Promise<void> {
  let notAFile: string;
  try {
    for (const object of objectsOf((await loader.read(path)).toString()))
      into.collection.append(new Resource(object));
    return;
  } catch (error) {
    notAFile = `accumulating resources from '${path}': ${messageOf(error)}`;
    if (error instanceof HttpError) throw new Error(notAFile);
  }
  await prefixed(`accumulation err='${notAFile}'`, async () =>
    addDirectory(await loader.below(path), into, false, warn),
  );
}

async function addDirectory(
  loader: Loader,
  into: Accumulated,
  isComponent: boolean,
  warn: (text: string) => void,
): Promise<void> {
  const kustomization = await readKustomization(loader, warn).catch((error: Error) => {
    throw new Error(`couldn't make target for path '${loader.root}': ${error.message}`);
  });
  if (isComponent !== (kustomization.kind === 'Component'))
    throw new Error(
      isComponent
        ? `expected kind 'Component' for path '${loader.root}' but got '${kustomization.kind}'`
        : `expected kind != 'Component' for path '${loader.root}'`,
    );
  const made = isComponent ? into : nothing();
  await prefixed(`recursed accumulation of path '${loader.root}'`, () =>
    accumulate(loader, kustomization, made, warn),
  );
  if (isComponent) return;
  await prefixed(`recursed merging from path '${loader.root}'`, async () => {
    for (const resource of made.collection.all) into.collection.append(resource);
  });
  into.fields = withConfiguration(into.fields, { ...made.fields });
}

async function generate(loader: Loader, given: Kustomization, collection: Collection): Promise<void> {
  const all = [
    ...(given.configMapGenerator ?? []).map((one) => ['ConfigMap', one] as const),
    ...(given.secretGenerator ?? []).map((one) => ['Secret', one] as const),
  ];
  for (const [kind, one] of all) {
    const made = await generated(kind, one, given.generatorOptions, loader).catch((error: Error) => {
      throw new Error(`loading KV pairs: ${error.message}`);
    });
    await prefixed('merging from generator', async () => collection.absorb(made));
  }
}

async function transform(loader: Loader, given: Kustomization, into: Accumulated): Promise<void> {
  const { collection, fields } = into;
  await applyMergeFiles(collection, given.patchesStrategicMerge ?? [], loader);
  for (const patch of given.patches ?? []) await applyPatchEntry(collection, patch, loader);
  if (given.namespace) setNamespace(collection, given.namespace, fields.namespace);
  if (given.namePrefix) addAffix(collection, { prefix: given.namePrefix }, fields.namePrefix);
  if (given.nameSuffix) addAffix(collection, { suffix: given.nameSuffix }, fields.nameSuffix);
  for (const entry of given.labels ?? [])
    addPairs(collection, entry.pairs ?? {}, specsOfLabels(entry, fields));
  addPairs(collection, given.commonLabels ?? {}, fields.commonLabels);
  addPairs(collection, given.commonAnnotations ?? {}, fields.commonAnnotations);
  for (const patch of given.patchesJson6902 ?? []) await applyJson6902(collection, patch, loader);
  for (const entry of given.replicas ?? []) setReplicas(collection, entry, fields.replicas);
  for (const entry of given.images ?? []) setImages(collection, entry, fields.images);
  await replaceFields(collection, given.replacements ?? [], loader);
}
