// Enforces the cluster's NetworkPolicies on one node: feeds the models with policies, namespaces and pods, and has them written.
// Loaded by start-policies.ts with the first policy.
import type { Family as Name } from '../../api/addresses/prefix.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { NetworkPolicy } from '../../api/kinds/networking/v1/network-policy.ts';
import { keyOf, labelsOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { type CompiledPolicy, compile } from '../../api/network-policies/compile.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Handler } from '../../client/informer/informer.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { canonical } from '../family.ts';
import type { NodeExec } from '../node-exec.ts';
import { PolicyModel } from './model.ts';
import { PodBook } from './pod-book.ts';
import type { PodFacts } from './pod-facts.ts';
import { type Family, familiesOf } from './rules/family.ts';
import { PolicyWriter } from './writer.ts';

export interface PoliciesOptions {
  readonly nodeName: string;
  readonly exec: NodeExec;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
  /** Those that the cluster has. */
  readonly families: readonly Name[];
  /** The bridge of the node's pods. */
  readonly bridge: string;
  /** Addresses, other than the node's own, from which the node's kubelet reaches its pods. */
  readonly hosts: readonly string[];
  /** What selectors find although it is no pod: the cluster's DNS server. */
  readonly standIns: readonly PodFacts[];
}

export class NodePolicies {
  readonly #options: PoliciesOptions;
  readonly #models: readonly PolicyModel[];
  readonly #writer: PolicyWriter;
  readonly #book: PodBook;
  readonly #facts = new Map<string, PodFacts>();
  readonly #stops: (() => void)[] = [];
  #started = false;

  constructor(options: PoliciesOptions) {
    const { nodeName, exec, clock, log, families, hosts, bridge } = options;
    this.#options = options;
    this.#models = familiesOf(families).map(
      (family) =>
        new PolicyModel(
          family,
          hosts.filter((host) => canonical(host)?.family === family.name),
        ),
    );
    this.#writer = new PolicyWriter({ models: this.#models, bridge, exec, clock, log });
    this.#book = new PodBook(nodeName, (uid, facts) => this.#put(uid, facts));
    for (const pod of options.standIns) this.#put(pod.uid, pod);
  }

  /** Resolves when the caches are filled; from then on changes are written. */
  async start(policies: { list(): readonly Readonly<NetworkPolicy>[] }): Promise<void> {
    const { informers } = this.#options;
    const [pods, namespaces] = [informers.informer(Pod), informers.informer(Namespace)];
    await Promise.all([pods.synced(), namespaces.synced()]);
    for (const policy of policies.list()) this.setPolicy(policy);
    this.#stops.push(
      namespaces.addHandler(each((namespace, gone) => this.#namespace(namespace, gone))),
      pods.addHandler(each((pod, gone) => (gone ? this.#book.gone(pod) : this.#book.seen(pod)))),
    );
    this.#started = true;
    this.#changed();
  }

  setPolicy(policy: Readonly<NetworkPolicy>, gone = false): void {
    const compiled = gone ? undefined : this.#compile(policy);
    for (const model of this.#models) model.setPolicy(namespaceOf(policy), keyOf(policy), compiled);
    this.#changed();
  }

  joined(pod: Pod, addresses: readonly string[]): void {
    this.#book.joined(pod, addresses);
  }

  left(uid: string): void {
    this.#book.left(uid);
  }

  settled(): Promise<void> {
    return this.#writer.settled();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#writer.stop();
  }

  /** Nothing is written of models that do not know all pods yet: what an earlier process wrote goes on to hold. */
  #changed(): void {
    if (this.#started) this.#writer.changed();
  }

  /** One that validation would have refused, if an earlier version stored it, allows nothing and selects nothing. */
  #compile(policy: Readonly<NetworkPolicy>): CompiledPolicy | undefined {
    try {
      return compile(policy);
    } catch (error) {
      this.#options.log.warn('network policy is invalid', { policy: keyOf(policy), error });
      return undefined;
    }
  }

  #namespace(namespace: Readonly<Namespace>, gone: boolean): void {
    const labels = gone ? undefined : labelsOf(namespace);
    for (const model of this.#models) model.setNamespace(nameOf(namespace), labels);
    this.#changed();
  }

  #put(uid: string, facts: PodFacts | undefined): void {
    const old = this.#facts.get(uid);
    if (JSON.stringify(old) === JSON.stringify(facts)) return;
    if (facts) this.#facts.set(uid, facts);
    else this.#facts.delete(uid);
    const { namespace } = (facts ?? old)!;
    for (const model of this.#models) model.setPod(namespace, uid, facts && within(facts, model.family));
    this.#changed();
  }
}

function within(facts: PodFacts, family: Family): PodFacts | undefined {
  const addresses = facts.addresses.filter((address) => canonical(address)?.family === family.name);
  return addresses.length > 0 ? { ...facts, addresses } : undefined;
}

const each = <T>(change: (object: Readonly<T>, gone: boolean) => void): Handler<T> => ({
  onAdd: (object) => change(object, false),
  onUpdate: (object) => change(object, false),
  onDelete: (object) => change(object, true),
});
