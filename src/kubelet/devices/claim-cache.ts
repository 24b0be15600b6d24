// Which claims are prepared on the node, and for which pods: kept in a file, so that a new kubelet unprepares what an old one has
// prepared. Upstream: pkg/kubelet/cm/dra/claiminfo.go.
import { messageOf } from '../../kit/message-of.ts';
import { type NodeFiles, nodePath } from '../files/node-files.ts';
import type { PreparedDevice } from './messages.ts';

const FILE = 'dra_manager_state';

export interface ClaimInfo {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Uids. */
  readonly pods: readonly string[];
  /** What each driver has prepared. */
  readonly drivers: Readonly<Record<string, readonly PreparedDevice[]>>;
  readonly isPrepared: boolean;
}

export const claimKey = (namespace: string, name: string): string => `${namespace}/${name}`;

export class ClaimCache {
  readonly #files: NodeFiles;
  readonly #root: string;
  readonly #claims = new Map<string, ClaimInfo>();
  #writes: Promise<void> = Promise.resolve();

  constructor(files: NodeFiles, root: string) {
    this.#files = files;
    this.#root = root;
  }

  /** Throws when the file cannot be understood: what it says must not be forgotten. */
  async load(): Promise<void> {
    const text = await this.#files.read(nodePath(this.#root, FILE));
    if (!text) return;
    try {
      const { claims }: { claims: ClaimInfo[] } = JSON.parse(text.toString());
      for (const claim of claims) this.#claims.set(claimKey(claim.namespace, claim.name), claim);
    } catch (error) {
      throw new Error(`please drain node and remove DRA state file ${FILE}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  get(key: string): ClaimInfo | undefined {
    return this.#claims.get(key);
  }

  list(): readonly ClaimInfo[] {
    return [...this.#claims.values()];
  }

  /** Resolves when it is on the disk. */
  set(key: string, claim: ClaimInfo | undefined): Promise<void> {
    if (claim) this.#claims.set(key, claim);
    else this.#claims.delete(key);
    // The last of several writes has all changes.
    this.#writes = this.#writes.catch(() => {}).then(() => this.#write());
    return this.#writes;
  }

  async #write(): Promise<void> {
    const next = nodePath(this.#root, `${FILE}.new`);
    await this.#files.write(next, JSON.stringify({ claims: this.list() }), { mode: 0o600 });
    await this.#files.rename(next, FILE);
  }
}
