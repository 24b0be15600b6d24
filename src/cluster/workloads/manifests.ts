// Reads manifests as `-f` names them: a file, or every .yaml, .yml and .json of a directory, in order of their names.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseYamlDocuments } from '../../api/codec/yaml.ts';
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { isConditionTrue } from '../../api/meta/v1/conditions.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import type { Client } from '../../client/client.ts';
import { discoverKind } from '../../client/rest/discovery.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { Clock } from '../../kit/clock.ts';
import { UserError } from '../progress.ts';

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

export interface ApplyTarget {
  readonly client: Client;
  /** For discovery. */
  readonly transport: Transport;
  readonly clock: Clock;
}

/**
 * Applies the manifests one after another (server-side apply), namespaced objects into `default` unless they say
 * otherwise. A CustomResourceDefinition is waited for, so that objects of its kind may follow.
 */
export async function applyManifests(target: ApplyTarget, manifests: readonly Manifest[]): Promise<void> {
  const kinds = new Map<string, AnyResource>();
  for (const { file, object } of manifests) {
    try {
      const id = `${object.apiVersion} ${object.kind}`;
      const kind = kinds.get(id) ?? (await kindOf(target, object));
      kinds.set(id, kind);
      await apply(target.client, kind, object);
      if (object.kind === 'CustomResourceDefinition') await established(target, object.metadata.name!);
    } catch (error) {
      throw new UserError(`${file}: ${(error as Error).message}`);
    }
  }
}

async function apply(client: Client, kind: AnyResource, object: KubeObject): Promise<void> {
  const namespace = kind.resource.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
  const whole = namespace ? { ...object, metadata: { ...object.metadata, namespace } } : object;
  const options = { fieldManager: 'tiphys', force: true };
  await client.patch(kind, object.metadata.name!, namespace, 'apply', whole, options);
}

async function kindOf(
  { transport, clock }: ApplyTarget,
  { apiVersion, kind }: KubeObject,
): Promise<AnyResource> {
  const deadline = clock.monotonic() + (comesLater(apiVersion) ? ESTABLISHED_WITHIN_MS : 0);
  for (;;) {
    const found = await discoverKind(transport, apiVersion, kind);
    if (found) return found;
    if (clock.monotonic() >= deadline) throw new Error(`no kind "${kind}" in version "${apiVersion}"`);
    await clock.sleep(20);
  }
}

/** Every cluster gets these kinds when it has started (control-plane/apis/). */
const comesLater = (apiVersion: string): boolean =>
  ['snapshot.storage.k8s.io', 'gateway.networking.k8s.io', 'gateway.tiphys.io'].includes(
    apiVersion.split('/', 1)[0]!,
  );

const ESTABLISHED_WITHIN_MS = 10_000;

/** Resolves when the kind of a definition is served. */
async function established({ client, clock }: ApplyTarget, name: string): Promise<void> {
  const deadline = clock.monotonic() + ESTABLISHED_WITHIN_MS;
  for (;;) {
    const definition = await client.get(CustomResourceDefinition, name);
    if (isConditionTrue(definition, 'Established')) return;
    if (clock.monotonic() > deadline) throw new Error(`the definition of ${name} was not accepted`);
    await clock.sleep(20);
  }
}
