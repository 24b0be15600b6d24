// One repository: its tags, and links to the manifests and blobs that it has. Links are small files whose time of modification is
// that of their last use. Its directory holds nothing that a client could name: parts of names begin with a letter or digit.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, parseDigest } from '../names.ts';
import type { Blobs } from './blobs.ts';
import { namesIn, syncDirectory, touch, writeWhole } from './files.ts';

export interface ManifestLink {
  readonly mediaType: string;
  readonly size: number;
  /** What the manifest says something about, as a digest. */
  readonly subject?: string;
}

export class Repository {
  readonly directory: string;
  readonly #blobs: Blobs;

  constructor(blobs: Blobs, directory: string) {
    this.#blobs = blobs;
    this.directory = directory;
  }

  hasBlob(digest: Digest): Promise<boolean> {
    return touch(this.blobLink(digest), this.#blobs.clock);
  }

  linkBlob(digest: Digest): Promise<void> {
    return this.#link(this.blobLink(digest), '');
  }

  async unlinkBlob(digest: Digest): Promise<boolean> {
    return this.#unlink(this.blobLink(digest));
  }

  async manifest(digest: Digest): Promise<ManifestLink | undefined> {
    if (!(await touch(this.manifestLink(digest), this.#blobs.clock))) return undefined;
    return this.peekManifest(digest);
  }

  async linkManifest(digest: Digest, link: ManifestLink, described: object): Promise<void> {
    await this.#link(this.manifestLink(digest), JSON.stringify(link));
    const subject = link.subject && parseDigest(link.subject);
    if (subject) await this.#link(this.#referrer(subject, digest), JSON.stringify(described));
  }

  async unlinkManifest(digest: Digest): Promise<boolean> {
    const link = await this.manifest(digest);
    const subject = link?.subject && parseDigest(link.subject);
    if (subject) await this.#unlink(this.#referrer(subject, digest));
    return this.#unlink(this.manifestLink(digest));
  }

  /** Descriptors of the manifests that name this one as their subject. */
  async referrers(subject: Digest): Promise<unknown[]> {
    const directory = this.referrersOf(subject);
    const found: unknown[] = [];
    for (const name of (await namesIn(directory)).sort()) {
      const text = await textIn(join(directory, name));
      if (text) found.push(JSON.parse(text));
    }
    return found;
  }

  /** What a tag stands for; notes its use. */
  async tag(tag: string): Promise<Digest | undefined> {
    const path = this.tagPath(tag);
    if (!(await touch(path, this.#blobs.clock))) return undefined;
    return this.peekTag(tag);
  }

  async peekTag(tag: string): Promise<Digest | undefined> {
    const text = await textIn(this.tagPath(tag));
    return text === undefined ? undefined : parseDigest(text);
  }

  async peekManifest(digest: Digest): Promise<ManifestLink | undefined> {
    const text = await textIn(this.manifestLink(digest));
    return text ? (JSON.parse(text) as ManifestLink) : undefined;
  }

  async setTag(tag: string, digest: Digest): Promise<void> {
    await writeWhole(this.tagPath(tag), digest.text, this.#blobs.draft());
  }

  removeTag(tag: string): Promise<boolean> {
    return this.#unlink(this.tagPath(tag));
  }

  /** In the order of their bytes. */
  async tags(): Promise<string[]> {
    return (await namesIn(join(this.directory, '_tags'))).sort();
  }

  manifests(): Promise<Digest[]> {
    return this.#digests('_manifests');
  }

  blobs(): Promise<Digest[]> {
    return this.#digests('_blobs');
  }

  blobLink({ algorithm, hex }: Digest): string {
    return join(this.directory, '_blobs', algorithm, hex);
  }

  manifestLink({ algorithm, hex }: Digest): string {
    return join(this.directory, '_manifests', algorithm, hex);
  }

  tagPath(tag: string): string {
    return join(this.directory, '_tags', tag);
  }

  referrersOf({ algorithm, hex }: Digest): string {
    return join(this.directory, '_referrers', algorithm, hex);
  }

  #referrer(subject: Digest, { algorithm, hex }: Digest): string {
    return join(this.referrersOf(subject), `${algorithm}-${hex}`);
  }

  async #digests(kind: string): Promise<Digest[]> {
    const directory = join(this.directory, kind);
    const found: Digest[] = [];
    for (const algorithm of await namesIn(directory))
      for (const hex of await namesIn(join(directory, algorithm))) {
        const digest = parseDigest(`${algorithm}:${hex}`);
        if (digest) found.push(digest);
      }
    return found;
  }

  async #link(path: string, text: string): Promise<void> {
    if (await touch(path, this.#blobs.clock)) return;
    await writeWhole(path, text, this.#blobs.draft());
  }

  async #unlink(path: string): Promise<boolean> {
    if (!(await touch(path, this.#blobs.clock))) return false;
    await rm(path, { force: true });
    await syncDirectory(join(path, '..'));
    return true;
  }
}

const textIn = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
