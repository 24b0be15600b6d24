// What a path of the distribution specification asks for. Pure.
import { RegistryError } from '../errors.ts';
import { type Digest, isRepository, isTag, parseDigest } from '../names.ts';

export type Route =
  | { readonly kind: 'version' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: Digest | string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: Digest }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: Digest }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string };

/** Characters: a name, a digest by sha512 and what stands between. */
const LONGEST_PATH = 1_024;

const unknown = () => new RegistryError(404, 'UNSUPPORTED', 'the registry has nothing under this path');

/** Throws what to answer where it asks for nothing. */
export function parseRoute(path: string): Route {
  if (path.length > LONGEST_PATH) throw unknown();
  if (path === '/v2/' || path === '/v2') return { kind: 'version' };
  if (!path.startsWith('/v2/')) throw unknown();
  const parts = path.slice('/v2/'.length).split('/').map(decoded);
  if (parts.length === 1 && parts[0] === '_catalog') return { kind: 'catalog' };
  const last = parts.at(-1)!;
  const second = parts.at(-2);
  const third = parts.at(-3);
  const nameUpTo = (count: number) => checkedName(parts.slice(0, -count).join('/'));
  if (second === 'tags' && last === 'list') return { kind: 'tags', name: nameUpTo(2) };
  if (third === 'blobs' && second === 'uploads') {
    const name = nameUpTo(3);
    return last === '' ? { kind: 'uploads', name } : { kind: 'upload', name, id: last };
  }
  if (second === 'blobs' && last === 'uploads') return { kind: 'uploads', name: nameUpTo(2) };
  if (second === 'manifests') return { kind: 'manifest', name: nameUpTo(2), reference: reference(last) };
  if (second === 'blobs') return { kind: 'blob', name: nameUpTo(2), digest: checkedDigest(last) };
  if (second === 'referrers') return { kind: 'referrers', name: nameUpTo(2), digest: checkedDigest(last) };
  throw unknown();
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unknown();
  }
}

function checkedName(name: string): string {
  if (!isRepository(name)) throw new RegistryError(404, 'NAME_INVALID', 'invalid repository name');
  return name;
}

export function checkedDigest(text: string): Digest {
  const digest = parseDigest(text);
  if (!digest) throw new RegistryError(400, 'DIGEST_INVALID', 'the digest must be sha256:… or sha512:…');
  return digest;
}

function reference(text: string): Digest | string {
  if (text.includes(':')) return checkedDigest(text);
  if (!isTag(text)) throw new RegistryError(404, 'MANIFEST_UNKNOWN', 'invalid tag');
  return text;
}
