// What a manifest or an index refers to. Documents come from outside: each field that is used is checked. Pure.
import { RegistryError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { parseDigest } from '../names.ts';
import { isModest } from './budget.ts';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ManifestDocument {
  readonly mediaType: string;
  /** Config and layers that must be in the repository. */
  readonly blobs: readonly Descriptor[];
  /** Manifests of an index. */
  readonly manifests: readonly Descriptor[];
  /** What this one says something about. */
  readonly subject?: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const MEDIA = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

const MEDIA_TYPE = /^[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}\/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}$/;
/** Layers of Windows and their like, which registries need not have. */
const ELSEWHERE = ['nondistributable', 'foreign'];

const invalid = (why: string) => new RegistryError(400, 'MANIFEST_INVALID', why);

/** `declared`: the Content-Type that it came with. */
export function parseManifest(data: Uint8Array, declared: string | undefined): ManifestDocument {
  const document = object(json(data), 'the manifest');
  const own = document.mediaType;
  if (own !== undefined && typeof own !== 'string') throw invalid('mediaType: a text is expected');
  const outside = declared?.split(';')[0]?.trim();
  const mediaType = own ?? outside;
  if (!mediaType || !MEDIA_TYPE.test(mediaType)) throw invalid('the manifest has no media type');
  if (own && outside && own !== outside)
    throw invalid(`Content-Type ${outside} is not the manifest's mediaType ${own}`);
  if (document.schemaVersion !== 2) throw invalid('schemaVersion: only 2 is served');
  const config = document.config === undefined ? undefined : descriptor(document.config, 'config');
  const layers = list(document.layers, 'layers');
  const manifests = list(document.manifests, 'manifests');
  if (layers.length + manifests.length > LIMITS.references)
    throw invalid(`more than ${LIMITS.references} descriptors`);
  const isIndex = mediaType === MEDIA.index || mediaType === MEDIA.dockerList;
  if (isIndex && (config || layers.length > 0)) throw invalid('an index has neither config nor layers');
  if (!isIndex && manifests.length > 0) throw invalid('a manifest has no manifests: push it as an index');
  const subject = document.subject === undefined ? undefined : descriptor(document.subject, 'subject');
  const artifactType = optionalText(document.artifactType, 'artifactType') || config?.mediaType;
  const annotations = textsOf(document.annotations);
  return {
    mediaType,
    blobs: [...(config ? [config] : []), ...layers.filter(isHere)],
    manifests,
    ...(subject && { subject }),
    ...(artifactType && { artifactType }),
    ...(annotations && { annotations }),
  };
}

const isHere = ({ mediaType }: Descriptor): boolean => !ELSEWHERE.some((word) => mediaType.includes(word));

function json(data: Uint8Array): unknown {
  if (!isModest(data)) throw invalid('the manifest has too many parts, or parts within parts');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch (error) {
    throw new RegistryError(400, 'MANIFEST_INVALID', 'the manifest is no JSON', { cause: error });
  }
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${what}: an object is expected`);
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, what: string): Descriptor[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${what}: a list is expected`);
  if (value.length > LIMITS.references) throw invalid(`${what}: more than ${LIMITS.references} descriptors`);
  return value.map((one) => descriptor(one, what));
}

function descriptor(value: unknown, what: string): Descriptor {
  const { mediaType, digest, size, artifactType, annotations } = object(value, what);
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType))
    throw invalid(`${what}: a descriptor needs a mediaType`);
  if (typeof digest !== 'string' || !parseDigest(digest))
    throw invalid(`${what}: a descriptor needs a digest by sha256 or sha512`);
  if (!Number.isSafeInteger(size) || Number(size) < 0) throw invalid(`${what}: a descriptor needs a size`);
  const type = optionalText(artifactType, 'artifactType');
  const texts = textsOf(annotations);
  return {
    mediaType,
    digest,
    size: Number(size),
    ...(type && { artifactType: type }),
    ...(texts && { annotations: texts }),
  };
}

function optionalText(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`${what}: a text is expected`);
  return value;
}

function textsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(object(value, 'annotations'));
  return Object.fromEntries(entries.filter((e): e is [string, string] => typeof e[1] === 'string'));
}
