// One repository of another registry, and how long what it says holds.
import type { Repository } from '../storage/repository.ts';
import type { Endpoint } from '../upstream/endpoints.ts';

/** Milliseconds for which a tag stands for the manifest that it stood for when its registry was asked. */
export const TAG_LIFE = 60_000;

export interface Source {
  readonly host: string;
  readonly name: string;
  /** In the order in which they are asked. */
  readonly endpoints: readonly Endpoint[];
  /** Mirrors may have the repository under another name. */
  readonly nameAt: (endpoint: Endpoint) => string;
  readonly repository: Repository;
}
