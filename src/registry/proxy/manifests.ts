// Manifests of other registries: what a tag stands for now, and manifests by their digest. A registry is asked for the digest of a tag
// at most once a minute; while it is away, a tag stands for what it stood for last.
import type { ExpiringCache } from '../../kit/caches/expiring-cache.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { manifestUnknown, RegistryError } from '../errors.ts';
import { digestOf } from '../http/manifests.ts';
import { LIMITS } from '../limits.ts';
import { MEDIA, parseManifest } from '../manifests/document.ts';
import { type Digest, parseDigest } from '../names.ts';
import type { ManifestLink } from '../storage/repository.ts';
import type { Storage } from '../storage/storage.ts';
import type { UpstreamClient } from '../upstream/client.ts';
import { Unreachable } from '../upstream/request.ts';
import { type Source, TAG_LIFE } from './source.ts';

const ACCEPT = Object.values(MEDIA).join(', ');

export interface TagTools {
  readonly client: UpstreamClient;
  readonly storage: Storage;
  readonly fresh: ExpiringCache<Digest>;
  readonly log: Logger;
}

export async function resolveTag(tools: TagTools, source: Source, tag: string): Promise<Digest> {
  const { client, storage, fresh, log } = tools;
  const { repository, endpoints, nameAt, host } = source;
  const key = repository.tagPath(tag);
  const recent = fresh.get(key);
  if (recent) return recent;
  const known = await repository.tag(tag);
  const rest = `manifests/${tag}`;
  try {
    const answer = await client.get(endpoints, { method: 'HEAD', name: nameAt, rest, accept: ACCEPT });
    if (answer.kind !== 'found') {
      if (answer.kind === 'missing' && known) await repository.removeTag(tag);
      throw manifestUnknown(tag);
    }
    answer.response.destroy();
    const header = answer.response.headers['docker-content-digest'];
    const told = typeof header === 'string' ? parseDigest(header) : undefined;
    // Some registries tell no digest before the whole manifest.
    const digest = told ?? (await fetchTagged(client, storage, source, rest));
    if (digest.text !== known?.text) {
      if (told && !(await repository.manifest(digest))) await fetchManifest(client, storage, source, digest);
      await repository.setTag(tag, digest);
    }
    fresh.set(key, digest, TAG_LIFE);
    return digest;
  } catch (error) {
    if (!(error instanceof Unreachable) || !known) throw error;
    log.warn('a registry cannot be reached; its tag stands for what it stood for last', {
      host,
      error: messageOf(error),
    });
    return known;
  }
}

export function fetchManifest(
  client: UpstreamClient,
  storage: Storage,
  source: Source,
  digest: Digest,
): Promise<ManifestLink> {
  return fetchOne(client, storage, source, `manifests/${digest.text}`, digest).then(({ link }) => link);
}

const fetchTagged = (client: UpstreamClient, storage: Storage, source: Source, rest: string) =>
  fetchOne(client, storage, source, rest, undefined).then(({ digest }) => digest);

async function fetchOne(
  client: UpstreamClient,
  storage: Storage,
  { endpoints, nameAt, repository }: Source,
  rest: string,
  wanted: Digest | undefined,
): Promise<{ link: ManifestLink; digest: Digest }> {
  const answer = await client.get(endpoints, { method: 'GET', name: nameAt, rest, accept: ACCEPT });
  if (answer.kind !== 'found') throw manifestUnknown(rest.slice('manifests/'.length));
  const { response } = answer;
  const { bytes, whole } = await readUpTo(response, LIMITS.manifest).catch((error: unknown) => {
    throw new Unreachable(`the manifest broke off: ${messageOf(error)}`);
  });
  if (!whole) throw new RegistryError(502, 'SIZE_INVALID', 'the manifest of the registry is too large');
  const digest = digestOf(bytes, wanted?.algorithm);
  if (wanted && wanted.text !== digest.text)
    throw new RegistryError(502, 'DIGEST_INVALID', `what was fetched does not have digest ${wanted.text}`);
  const { mediaType } = parseManifest(bytes, response.headers['content-type']);
  await storage.blobs.write(digest, bytes);
  const link = { mediaType, size: bytes.length };
  await repository.linkManifest(digest, link, {});
  return { link, digest };
}
