// Manifests of pushed images, tags, and what refers to a manifest.
import { createHash } from 'node:crypto';
import { manifestUnknown, RegistryError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type ManifestDocument, MEDIA, parseManifest } from '../manifests/document.ts';
import { type Digest, isTag, parseDigest } from '../names.ts';
import { touch } from '../storage/files.ts';
import type { Repository } from '../storage/repository.ts';
import type { Storage } from '../storage/storage.ts';
import { answer, answerJson, bodyOf, type Exchange, pageOf, sendBlob } from './exchange.ts';
import { checkedDigest } from './routes.ts';

export const digestOf = (data: Uint8Array, algorithm = 'sha256'): Digest =>
  parseDigest(`${algorithm}:${createHash(algorithm).update(data).digest('hex')}`)!;

export async function getManifest(
  storage: Storage,
  exchange: Exchange,
  name: string,
  reference: Digest | string,
): Promise<void> {
  const repository = storage.repository(name);
  const tagged = typeof reference === 'string' ? await repository.tag(reference) : reference;
  const link = tagged && (await repository.manifest(tagged));
  const blob = link && (await storage.blobs.open(tagged));
  if (!blob) throw manifestUnknown(textOf(reference));
  await sendBlob(exchange, blob, { 'Content-Type': link.mediaType, 'Docker-Content-Digest': tagged.text });
}

const textOf = (reference: Digest | string): string =>
  typeof reference === 'string' ? reference : reference.text;

export async function putManifest(
  storage: Storage,
  exchange: Exchange,
  name: string,
  reference: Digest | string,
): Promise<void> {
  const data = await bodyOf(exchange, LIMITS.manifest);
  const document = parseManifest(data, exchange.request.headers['content-type']);
  const tags = tagsOf(exchange, reference);
  const algorithm = typeof reference === 'string' ? algorithmOf(exchange) : reference.algorithm;
  const digest = digestOf(data, algorithm);
  const wanted = typeof reference === 'string' ? exchange.query.get('digest') : reference.text;
  if (wanted !== null && wanted !== digest.text)
    throw new RegistryError(400, 'DIGEST_INVALID', `the manifest has digest ${digest.text}`);
  const repository = storage.repository(name);
  await checkReferences(repository, document);
  await storage.blobs.write(digest, data);
  const { mediaType, subject, artifactType, annotations } = document;
  const link = { mediaType, size: data.length, ...(subject && { subject: subject.digest }) };
  await repository.linkManifest(digest, link, {
    ...{ mediaType, digest: digest.text, size: data.length },
    ...(artifactType && { artifactType }),
    ...(annotations && { annotations }),
  });
  for (const tag of tags) await repository.setTag(tag, digest);
  answer(exchange, 201, {
    Location: `/v2/${name}/manifests/${digest.text}`,
    'Docker-Content-Digest': digest.text,
    ...(subject && { 'OCI-Subject': subject.digest }),
    ...(typeof reference !== 'string' && tags.length > 0 && { 'OCI-Tag': tags.join(', ') }),
  });
}

function tagsOf({ query }: Exchange, reference: Digest | string): string[] {
  const tags = typeof reference === 'string' ? [reference] : query.getAll('tag');
  if (tags.length > LIMITS.tagsAtOnce)
    throw new RegistryError(414, 'UNSUPPORTED', `more than ${LIMITS.tagsAtOnce} tags`);
  if (!tags.every(isTag)) throw new RegistryError(400, 'MANIFEST_INVALID', 'invalid tag');
  return tags;
}

/** A tag may be pushed with the digest that its manifest is to have. */
const algorithmOf = ({ query }: Exchange): string => {
  const digest = query.get('digest');
  return digest === null ? 'sha256' : checkedDigest(digest).algorithm;
};

/** What a manifest names must be there; that it is asked for keeps it from the garbage collection meanwhile. */
async function checkReferences(repository: Repository, document: ManifestDocument): Promise<void> {
  for (const { digest } of document.blobs)
    if (!(await repository.hasBlob(parseDigest(digest)!)))
      throw new RegistryError(404, 'MANIFEST_BLOB_UNKNOWN', `blob ${digest} is unknown to the repository`);
  for (const { digest } of document.manifests)
    if (!(await repository.manifest(parseDigest(digest)!)))
      throw new RegistryError(
        404,
        'MANIFEST_BLOB_UNKNOWN',
        `manifest ${digest} is unknown to the repository`,
      );
}

/** A tag alone is removed by its name; a manifest with all of its tags by its digest. */
export async function deleteManifest(
  storage: Storage,
  exchange: Exchange,
  name: string,
  reference: Digest | string,
): Promise<void> {
  const repository = storage.repository(name);
  if (typeof reference === 'string') {
    const digest = await repository.tag(reference);
    if (!digest || !(await repository.removeTag(reference))) throw manifestUnknown(reference);
    // Whoever is pulling it may have the tag's answer already.
    await touch(repository.manifestLink(digest), storage.blobs.clock);
    return answer(exchange, 202);
  }
  for (const tag of await repository.tags())
    if ((await repository.tag(tag))?.text === reference.text) await repository.removeTag(tag);
  if (!(await repository.unlinkManifest(reference))) throw manifestUnknown(reference.text);
  answer(exchange, 202);
}

export async function listTags(storage: Storage, exchange: Exchange, name: string): Promise<void> {
  const repository = storage.repository(name);
  const tags = await repository.tags();
  if (tags.length === 0 && (await repository.manifests()).length === 0)
    throw new RegistryError(404, 'NAME_UNKNOWN', `repository ${name} is unknown`);
  const { items, headers } = pageOf(exchange, tags, `/v2/${name}/tags/list`);
  answerJson(exchange, { name, tags: items }, headers);
}

export async function listRepositories(storage: Storage, exchange: Exchange): Promise<void> {
  const { items, headers } = pageOf(exchange, await storage.names(), '/v2/_catalog');
  answerJson(exchange, { repositories: items }, headers);
}

export async function listReferrers(
  storage: Storage,
  exchange: Exchange,
  name: string,
  digest: Digest,
): Promise<void> {
  const all = await storage.repository(name).referrers(digest);
  const wanted = exchange.query.get('artifactType');
  const manifests =
    wanted === null ? all : all.filter((one) => (one as { artifactType?: string }).artifactType === wanted);
  const index = { schemaVersion: 2, mediaType: MEDIA.index, manifests };
  const headers = wanted === null ? undefined : { 'OCI-Filters-Applied': 'artifactType' };
  answerJson(exchange, index, headers, MEDIA.index);
}
