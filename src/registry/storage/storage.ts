// Everything on disk: blobs, uploads, and repositories of two kinds, those that were pushed and those that are copies of others.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../errors.ts';
import { Blobs, type BlobsOptions } from './blobs.ts';
import { Repository } from './repository.ts';
import { Uploads } from './uploads.ts';

export class Storage {
  readonly blobs: Blobs;
  readonly uploads: Uploads;

  constructor(options: BlobsOptions) {
    this.blobs = new Blobs(options);
    this.uploads = new Uploads(this.blobs);
  }

  /** Call before anything else. */
  prepare(): Promise<void> {
    return this.blobs.prepare();
  }

  repository(name: string): Repository {
    return new Repository(this.blobs, join(this.pushed, name));
  }

  /** `scope`: whose credentials it was fetched with. What was fetched with others is not seen. */
  copy(host: string, scope: string, name: string): Repository {
    return new Repository(this.blobs, join(this.copies, host, scope, name));
  }

  /** Names of those that were pushed, sorted. */
  async names(): Promise<string[]> {
    const found: string[] = [];
    for await (const directory of repositoriesBelow(this.pushed))
      found.push(directory.slice(this.pushed.length + 1));
    return found.sort();
  }

  async *repositories(kind: 'pushed' | 'copies'): AsyncGenerator<Repository> {
    for await (const directory of repositoriesBelow(this[kind])) yield new Repository(this.blobs, directory);
  }

  get pushed(): string {
    return join(this.blobs.root, 'repositories');
  }

  get copies(): string {
    return join(this.blobs.root, 'copies');
  }
}

/** Directories that have links; those of other repositories may lie in them. */
async function* repositoriesBelow(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  if (entries.some(({ name }) => name.startsWith('_'))) yield directory;
  for (const entry of entries)
    if (entry.isDirectory() && !entry.name.startsWith('_'))
      yield* repositoriesBelow(join(directory, entry.name));
}
