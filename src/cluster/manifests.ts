// Reads manifests as `-f` names them: a file, or every .yaml, .yml and .json of a directory, in order of their names.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseYamlDocuments } from '../api/codec/yaml.ts';
import type { AnyResource, KubeObject } from '../api/meta/v1/resource.ts';
import type { Scheme } from '../api/scheme/scheme.ts';
import type { Client } from '../client/client.ts';
import { UserError } from './progress.ts';

export interface Manifest {
  readonly file: string;
  readonly object: KubeObject;
}

export function readManifests(path: string): Manifest[] {
  if (!existsSync(path)) throw new UserError(`-f ${path}: there is no such file or directory`);
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => /\.(ya?ml|json)$/.test(name))
        .sort()
        .map((name) => join(path, name))
    : [path];
  return files.flatMap((file) => documents(file));
}

function documents(file: string): Manifest[] {
  try {
    return parseYamlDocuments(readFileSync(file, 'utf8'))
      .flatMap((document) => itemsOf(document))
      .map((object) => ({ file, object: named(object) }));
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`);
  }
}

function itemsOf(document: unknown): unknown[] {
  if (document === null || document === undefined) return [];
  const { kind, items } = document as { kind?: string; items?: unknown[] };
  return kind === 'List' && Array.isArray(items) ? items : [document];
}

function named(object: unknown): KubeObject {
  const { apiVersion, kind, metadata } = object as Partial<KubeObject>;
  if (!apiVersion || !kind || !metadata?.name)
    throw new Error('every document needs apiVersion, kind and metadata.name');
  return object as KubeObject;
}

/** Applies the manifests one after another (server-side apply), namespaced objects into `default` unless they say otherwise. */
export async function applyManifests(
  client: Client,
  scheme: Scheme,
  manifests: readonly Manifest[],
): Promise<void> {
  for (const { file, object } of manifests) {
    const kind = kindOf(scheme, file, object);
    const namespace = kind.resource.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
    const name = object.metadata.name!;
    const whole = namespace ? { ...object, metadata: { ...object.metadata, namespace } } : object;
    try {
      await client.patch(kind, name, namespace, 'apply', whole, { fieldManager: 'tiphys', force: true });
    } catch (error) {
      throw new UserError(`${file}: ${(error as Error).message}`);
    }
  }
}

function kindOf(scheme: Scheme, file: string, object: KubeObject): AnyResource {
  const kind = scheme.kind(object.apiVersion, object.kind);
  if (!kind) throw new UserError(`${file}: no kind "${object.kind}" in version "${object.apiVersion}"`);
  return kind;
}
