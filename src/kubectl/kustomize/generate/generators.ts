// configMapGenerator and secretGenerator: resources from files and literals.
import type { JsonObject } from '../../../api/patch/json.ts';
import type { GeneratorArguments, GeneratorOptions } from '../kustomization.ts';
import type { Loader } from '../loader.ts';
import { type Behavior, Resource } from '../resource.ts';
import { type Entry, entriesOf } from './sources.ts';

/** Base64 is broken into lines of this many characters, which are a part of the value. */
const LINE = 70;

export async function generated(
  kind: 'ConfigMap' | 'Secret',
  given: GeneratorArguments,
  common: GeneratorOptions | undefined,
  loader: Loader,
): Promise<Resource> {
  if (!given.name) throw new Error('a configmap must have a name');
  const entries = unique(await entriesOf(given, loader), given.name);
  const options = mergedOptions(given.options, common);
  const metadata: JsonObject = { name: given.name };
  if (given.namespace) metadata.namespace = given.namespace;
  if (Object.keys(options.labels ?? {}).length > 0) metadata.labels = { ...options.labels };
  if (Object.keys(options.annotations ?? {}).length > 0) metadata.annotations = { ...options.annotations };
  const object: JsonObject = { apiVersion: 'v1', kind, metadata };
  if (kind === 'Secret') {
    object.type = given.type || 'Opaque';
    object.data = Object.fromEntries(entries.map(({ key, value }) => [key, inLines(value)]));
  } else fillConfigMap(object, entries);
  if (options.immutable) object.immutable = true;
  const resource = new Resource(object);
  resource.behavior = behaviorOf(given.behavior);
  resource.needsHash = !options.disableNameSuffixHash;
  return resource;
}

function unique(entries: readonly Entry[], name: string): readonly Entry[] {
  const seen = new Set<string>();
  for (const { key } of entries) {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) throw new Error(`${JSON.stringify(key)} is not a valid key name`);
    if (seen.has(key)) throw new Error(`configmap ${name} illegally repeats the key \`${key}\``);
    seen.add(key);
  }
  return entries;
}

function fillConfigMap(object: JsonObject, entries: readonly Entry[]): void {
  const [data, binaryData]: [JsonObject, JsonObject] = [{}, {}];
  for (const { key, value } of entries) {
    const text = value.toString();
    if (Buffer.from(text).equals(value)) data[key] = text;
    else binaryData[key] = inLines(value);
  }
  if (Object.keys(data).length > 0) object.data = data;
  if (Object.keys(binaryData).length > 0) object.binaryData = binaryData;
}

function inLines(value: Buffer): string {
  const text = value.toString('base64');
  if (text.length < LINE) return text;
  let lines = '';
  for (let i = 0; i < text.length; i += LINE) lines += `${text.slice(i, i + LINE)}\n`;
  return lines;
}

const behaviorOf = (text: string | undefined): Behavior =>
  text === 'create' || text === 'replace' || text === 'merge' ? text : 'unspecified';

const mergedOptions = (own: GeneratorOptions = {}, common: GeneratorOptions = {}): GeneratorOptions => ({
  labels: { ...common.labels, ...own.labels },
  annotations: { ...common.annotations, ...own.annotations },
  disableNameSuffixHash: Boolean(own.disableNameSuffixHash || common.disableNameSuffixHash),
  immutable: Boolean(own.immutable || common.immutable),
});
