// Manifests, indexes and `docker save` lists as they stand in archives from outside: the fields that are used, checked.
// Throws ArchiveError. Called by archive-images.ts.
import type { Descriptor } from './content.ts';
import { ArchiveError } from './tar-index.ts';

export interface Manifest {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: Descriptor[];
  readonly manifests?: Descriptor[];
}

/** One image in the manifest.json of `docker save`: paths in the archive. */
export interface DockerManifest {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

/** Layers that overlayfs can stack. */
const MAX_LAYERS = 500;
const MAX_MANIFESTS = 1_000;

export function parse(data: Buffer, path: string): unknown {
  try {
    return JSON.parse(data.toString());
  } catch (error) {
    throw new ArchiveError(`${path} is not valid JSON`, { cause: error });
  }
}

export function manifest(value: unknown): Manifest {
  const { mediaType, config, layers, manifests } = object(value, 'manifest');
  return {
    ...(mediaType !== undefined && { mediaType: string(mediaType, 'mediaType') }),
    ...(config !== undefined && { config: descriptor(config) }),
    ...(layers !== undefined && { layers: array(layers, 'layers', MAX_LAYERS).map(descriptor) }),
    ...(manifests !== undefined && {
      manifests: array(manifests, 'manifests', MAX_MANIFESTS).map(descriptor),
    }),
  };
}

export function dockerManifest(value: unknown): DockerManifest {
  const { Config, RepoTags, Layers } = object(value, 'manifest.json');
  const strings = (list: unknown, what: string) =>
    array(list ?? [], what, MAX_LAYERS).map((item) => string(item, what));
  return {
    config: string(Config, 'Config'),
    names: strings(RepoTags, 'RepoTags'),
    layers: strings(Layers, 'Layers'),
  };
}

function descriptor(value: unknown): Descriptor {
  const { mediaType, digest, size, annotations, platform } = object(value, 'descriptor');
  return {
    mediaType: string(mediaType ?? '', 'mediaType'),
    digest: checkedDigest(digest),
    size: wholeNumber(size ?? 0),
    ...(annotations !== undefined && annotations !== null && { annotations: texts(annotations) }),
    ...(platform !== undefined && platform !== null && { platform: platformOf(platform) }),
  };
}

function platformOf(value: unknown): NonNullable<Descriptor['platform']> {
  const { architecture, os, variant } = texts(value);
  return { architecture: architecture ?? '', os: os ?? '', ...(variant !== undefined && { variant }) };
}

/** The members that are strings. */
const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(object(value, 'document')).filter((e): e is [string, string] => typeof e[1] === 'string'),
  );

/** Part of a path in the archive, so nothing else is taken. */
function checkedDigest(value: unknown): string {
  const digest = string(value, 'digest');
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new ArchiveError(`invalid digest ${digest.slice(0, 80)}`);
  return digest;
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ArchiveError(`${what}: an object is expected`);
  return value as Readonly<Record<string, unknown>>;
}

export function array(value: unknown, what: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new ArchiveError(`${what}: a list is expected`);
  if (value.length > most) throw new ArchiveError(`${what}: more than ${most} items`);
  return value;
}

function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new ArchiveError(`${what}: a string is expected`);
  return value;
}

function wholeNumber(value: unknown): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw new ArchiveError('size: a number is expected');
  return Number(value);
}
