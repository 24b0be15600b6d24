// Starts the enforcement of NetworkPolicies on a node. Without policies in the cluster it is one watch, and the addresses of the
// node's own pods; the first policy loads the rest. Called by the node agent, once per node.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { NetworkPolicy } from '../../api/kinds/networking/v1/network-policy.ts';
import { uidOf } from '../../api/meta/v1/object.ts';
import { removeTables } from '../remove-tables.ts';
import type { NodePolicies, PoliciesOptions } from './node-policies.ts';
import { TABLE_NAME } from './rules/family.ts';

/** What the kubelet tells of its pods, and waits for. */
export class Policies {
  readonly #options: PoliciesOptions;
  readonly #here = new Map<string, { readonly pod: Pod; readonly addresses: readonly string[] }>();
  readonly #synced: Promise<void>;
  readonly #removing: Promise<void>;
  readonly #detach: () => void;
  #node: NodePolicies | undefined;
  #loading: Promise<void> | undefined;
  #stopped = false;

  constructor(options: PoliciesOptions) {
    this.#options = options;
    const policies = options.informers.informer(NetworkPolicy);
    const changed = (policy: Readonly<NetworkPolicy>, gone: boolean) => {
      this.#loading ??= this.#load();
      this.#node?.setPolicy(policy, gone);
    };
    this.#detach = policies.addHandler({
      onAdd: (policy) => changed(policy, false),
      onUpdate: (policy) => changed(policy, false),
      onDelete: (policy) => changed(policy, true),
    });
    this.#synced = policies.synced();
    this.#removing = this.#synced.then(() => this.#removeTables());
  }

  /** The pod has these addresses from now on. */
  joined(pod: Pod, addresses: readonly string[]): void {
    const known = this.#here.get(uidOf(pod));
    if (known?.addresses.join() === addresses.join()) return;
    this.#here.set(uidOf(pod), { pod, addresses });
    this.#node?.joined(pod, addresses);
  }

  /** Resolves when the policies are in force for every pod that has joined. */
  async ready(): Promise<void> {
    await this.#synced;
    await this.#loading;
    await this.#node?.settled();
  }

  /** Nothing of the pod runs any more. */
  left(uid: string): void {
    this.#here.delete(uid);
    this.#node?.left(uid);
  }

  /** The rules stay. */
  stop(): void {
    this.#stopped = true;
    this.#detach();
    this.#node?.stop();
  }

  async #load(): Promise<void> {
    const { NodePolicies } = await import('./node-policies.ts');
    // Or it would remove what is written next.
    await this.#removing;
    if (this.#stopped) return;
    this.#node = new NodePolicies(this.#options);
    for (const { pod, addresses } of this.#here.values()) this.#node.joined(pod, addresses);
    await this.#node.start(this.#options.informers.informer(NetworkPolicy).lister);
  }

  /** The policies may have been deleted while nobody watched. */
  async #removeTables(): Promise<void> {
    const { exec, log } = this.#options;
    if (this.#loading || this.#stopped) return;
    try {
      await removeTables(exec, [TABLE_NAME]);
    } catch (error) {
      log.warn('rules of earlier network policies could not be removed', { error });
    }
  }
}
