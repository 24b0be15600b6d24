// Removes what nobody needs, while the registry serves: manifests that no tag leads to, then blobs that no manifest names, then contents
// that no repository has. Whatever was pushed, pulled or asked for lately stays; since each use is noted in the time of a link before
// it is answered, looking at that time and removing the link at once, in one turn of the event loop, leaves no gap.
import { renameSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Pace } from '../../kit/clock.ts';
import { addAll } from '../../kit/lists.ts';
import { parseManifest } from '../manifests/document.ts';
import { type Digest, parseDigest } from '../names.ts';
import { namesIn } from './files.ts';
import type { Repository } from './repository.ts';
import type { Storage } from './storage.ts';

export interface Ages {
  /** Milliseconds without use after which a manifest without a tag goes. */
  readonly manifest: number;
  /** … a blob that no manifest names. An image is pushed blobs first. */
  readonly blob: number;
  /** … a tag of another registry's. */
  readonly copy: number;
}

export interface Collected {
  readonly manifests: number;
  readonly blobs: number;
  /** Freed on the disk. */
  readonly bytes: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** By itself: images that pods name by digest may have lost their tag a while ago. */
export const USUAL_AGES: Ages = { manifest: 7 * DAY, blob: HOUR, copy: 30 * DAY };
/** Asked for by somebody, who may be pushing at the same time. */
export const ASKED_AGES: Ages = { manifest: 10 * MINUTE, blob: 10 * MINUTE, copy: 30 * DAY };

export async function collect(storage: Storage, ages: Ages): Promise<Collected> {
  const { clock } = storage.blobs;
  const pace = new Pace(clock);
  const counts = { manifests: 0, blobs: 0, bytes: 0 };
  const linked = new Set<string>();
  await storage.uploads.removeIdle();
  const limits = {
    manifest: clock.now() - ages.manifest,
    blob: clock.now() - ages.blob,
    copy: clock.now() - ages.copy,
  };
  for (const kind of ['pushed', 'copies'] as const)
    for await (const repository of storage.repositories(kind)) {
      if (kind === 'copies') await forgetTags(repository, limits.copy);
      counts.manifests += await sweepRepository(storage, repository, limits, linked, pace);
    }
  await sweepContents(storage, limits.blob, linked, counts, pace);
  return counts;
}

async function forgetTags(repository: Repository, limit: number): Promise<void> {
  for (const tag of await repository.tags()) removeIfOlder(repository.tagPath(tag), limit);
}

type Limits = Readonly<Record<keyof Ages, number>>;

async function sweepRepository(
  storage: Storage,
  repository: Repository,
  limits: Limits,
  linked: Set<string>,
  pace: Pace,
): Promise<number> {
  const manifests = await repository.manifests();
  const { live, blobs } = await liveIn(storage, repository, manifests, limits.manifest, pace);
  let removed = 0;
  for (const digest of manifests) {
    await pace.rest();
    if (live.has(digest.text)) linked.add(digest.text);
    else if (await removeManifest(repository, digest, limits.manifest)) removed++;
    else linked.add(digest.text);
  }
  for (const digest of await repository.blobs()) {
    await pace.rest();
    if (blobs.has(digest.text) || !removeIfOlder(repository.blobLink(digest), limits.blob))
      linked.add(digest.text);
  }
  return removed;
}

async function removeManifest(repository: Repository, digest: Digest, limit: number): Promise<boolean> {
  const subject = parseDigest((await repository.peekManifest(digest))?.subject ?? '');
  if (!removeIfOlder(repository.manifestLink(digest), limit)) return false;
  if (subject)
    rmSync(join(repository.referrersOf(subject), `${digest.algorithm}-${digest.hex}`), { force: true });
  return true;
}

/** Manifests that a tag leads to, or that were used lately, with what they name and what names them as its subject. */
async function liveIn(
  storage: Storage,
  repository: Repository,
  manifests: readonly Digest[],
  limit: number,
  pace: Pace,
): Promise<{ live: ReadonlySet<string>; blobs: ReadonlySet<string> }> {
  const live = new Set<string>();
  const blobs = new Set<string>();
  const referrers = new Map<string, Digest[]>();
  const waiting: Digest[] = [];
  for (const digest of manifests) {
    const subject = (await repository.peekManifest(digest))?.subject;
    if (subject) referrers.set(subject, [...(referrers.get(subject) ?? []), digest]);
    if (usedAt(repository.manifestLink(digest)) > limit) waiting.push(digest);
  }
  for (const tag of await repository.tags()) {
    const digest = await repository.peekTag(tag);
    if (digest) waiting.push(digest);
  }
  for (let digest = waiting.pop(); digest; digest = waiting.pop()) {
    if (live.has(digest.text)) continue;
    live.add(digest.text);
    addAll(waiting, referrers.get(digest.text) ?? []);
    await pace.rest();
    const link = await repository.peekManifest(digest);
    const data = link && (await storage.blobs.read(digest));
    if (!data) continue;
    const document = parseManifest(data, link.mediaType);
    for (const blob of document.blobs) blobs.add(blob.digest);
    for (const child of document.manifests) waiting.push(parseDigest(child.digest)!);
  }
  return { live, blobs };
}

async function sweepContents(
  storage: Storage,
  limit: number,
  linked: ReadonlySet<string>,
  counts: { blobs: number; bytes: number },
  pace: Pace,
): Promise<void> {
  const { directory } = storage.blobs;
  for (const algorithm of await namesIn(directory))
    for (const prefix of await namesIn(join(directory, algorithm)))
      for (const hex of await namesIn(join(directory, algorithm, prefix))) {
        await pace.rest();
        const digest = parseDigest(`${algorithm}:${hex}`);
        if (!digest || linked.has(digest.text)) continue;
        const trash = storage.blobs.draft();
        const size = moveIfOlder(storage.blobs.path(digest), limit, trash);
        if (size === undefined) continue;
        counts.blobs++;
        counts.bytes += size;
        // A large file takes a while, and nobody can find it any more.
        await rm(trash, { force: true });
      }
}

/** Infinity where it is gone. */
function usedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

function removeIfOlder(path: string, limit: number): boolean {
  if (usedAt(path) > limit) return false;
  unlinkSync(path);
  return true;
}

function moveIfOlder(path: string, limit: number, trash: string): number | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.mtimeMs > limit) return undefined;
  renameSync(path, trash);
  return found.size;
}
