// The objects that a kustomization makes, in the order of the output. Called by `kubectl kustomize`, and by all verbs that take -k.

import { resolve } from 'node:path';
import type { JsonObject } from '../../api/patch/json.ts';
import { readKustomization } from './kustomization.ts';
import { Loader } from './loader.ts';
import { loadPatterns } from './patterns.ts';
import { fixReferences } from './references.ts';
import { sorted } from './sort.ts';
import { accumulate, nothing } from './target.ts';
import { addPairs } from './transform/metadata.ts';
import { addHashes } from './transform/names.ts';

export interface BuildOptions {
  /** What `directory` is relative to. */
  readonly cwd: string;
  /** For deprecated fields. */
  readonly warn: (text: string) => void;
  /** `--load-restrictor=LoadRestrictionsNone`. */
  readonly anywhere?: boolean;
  /** Where the kustomization does not say it; by kind when left out. */
  readonly order?: 'legacy' | 'fifo';
  readonly managedBy?: boolean;
}

const LOCAL = 'config.kubernetes.io/local-config';
const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'kustomize-v5.8.1' };

export async function buildKustomization(directory: string, options: BuildOptions): Promise<JsonObject[]> {
  await loadPatterns();
  const loader = await Loader.at(resolve(options.cwd, directory), { anywhere: options.anywhere ?? false });
  const kustomization = await readKustomization(loader, options.warn);
  const made = nothing();
  await accumulate(loader, kustomization, made, options.warn);
  addHashes(made.collection);
  fixReferences(made.collection, made.fields.nameReference);
  const { collection } = made;
  collection.replaceAll(
    collection.all.filter((resource) => (resource.strings('annotations')[LOCAL] ?? 'false') === 'false'),
  );
  collection.replaceAll(
    sorted(collection.all, kustomization.sortOptions ?? { order: options.order ?? 'legacy' }),
  );
  if (options.managedBy || kustomization.buildMetadata?.includes('managedByLabel'))
    addPairs(collection, MANAGED_BY, [{ path: 'metadata/labels', create: true }]);
  return collection.all.map((resource) => resource.object);
}
