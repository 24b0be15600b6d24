// What a node's policy table of one family must hold: which of its pods are isolated, by which chain, and what the chains allow. It
// holds no time and runs nothing: pod-book.ts and node-policies.ts tell it what changes, transaction.ts writes what it wants.
// Pods that the same policies select share a chain. A change costs what it touches.

import type { CompiledPolicy, Direction } from '../../api/network-policies/compile.ts';
import type { Labels } from '../../api/selectors/label-selector.ts';
import { ElementSet } from './element-set.ts';
import { LiveSets } from './live-sets.ts';
import type { PodFacts } from './pod-facts.ts';
import type { Family } from './rules/family.ts';
import { chainOf, digest, FLOWS, type Flow, type PolicyRules, rulesOf } from './rules/policy-rules.ts';

const DIRECTIONS = ['egress', 'ingress'] as const;

/** What the kernel should have besides the static part of the table. */
export interface Wanted {
  readonly sets: readonly ElementSet[];
  /** Chain → rules; the arrays of unchanged chains are the same ones. Chains that others jump to come first. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** False: no pod of the node is isolated, and no table is needed. */
  readonly isolates: boolean;
}

/** Pods that the same policies select in a direction. */
interface Group {
  readonly direction: Direction;
  readonly policies: readonly string[];
  readonly names: Readonly<Record<Flow, string>>;
  readonly chains: Readonly<Record<Flow, readonly string[]>>;
  pods: number;
}

/** A policy that selects pods of this node, in one direction. */
interface Use {
  readonly names: Readonly<Record<Flow, string>>;
  rules: PolicyRules;
  groups: number;
}

export const verdictMap = (direction: Direction, flow: Flow): string => `${direction}-${flow}`;

export class PolicyModel {
  readonly family: Family;
  readonly #hosts: readonly string[];
  readonly #pods = new Map<string, Map<string, PodFacts>>();
  readonly #namespaces = new Map<string, Labels>();
  readonly #policies = new Map<string, Map<string, CompiledPolicy>>();
  readonly #live = new LiveSets((namespace) => this.#namespaces.get(namespace));
  readonly #uses = new Map<string, Use>();
  readonly #groups = new Map<string, Group>();
  /** By uid: the groups that a pod of this node is in. */
  readonly #memberships = new Map<string, Partial<Record<Direction, Group>>>();
  readonly #verdicts = new Map<string, ElementSet>();
  readonly #self: ElementSet;

  /** `hosts`: addresses other than the node's own from which the node's kubelet reaches its pods. */
  constructor(family: Family, hosts: readonly string[] = []) {
    this.family = family;
    this.#hosts = hosts;
    const { address } = family;
    for (const direction of DIRECTIONS)
      for (const flow of FLOWS) {
        const name = verdictMap(direction, flow);
        this.#verdicts.set(name, new ElementSet({ name, kind: 'map', type: `${address} : verdict` }));
      }
    this.#self = new ElementSet({ name: 'self', kind: 'set', type: `${address} . ${address}` });
  }

  setNamespace(name: string, labels: Labels | undefined): void {
    const before = this.#namespaces.get(name);
    if (labels) this.#namespaces.set(name, labels);
    else this.#namespaces.delete(name);
    this.#live.namespaceChanged([...(this.#pods.get(name)?.values() ?? [])], before, labels);
  }

  /** Undefined: the pod is gone, or has no address. */
  setPod(namespace: string, uid: string, pod: PodFacts | undefined): void {
    const pods = entry(this.#pods, namespace, () => new Map<string, PodFacts>());
    const old = pods.get(uid);
    if (pod) pods.set(uid, pod);
    else pods.delete(uid);
    if (pods.size === 0) this.#pods.delete(namespace);
    this.#live.podChanged(old, pod);
    if (old?.local) this.#leave(old);
    if (pod?.local) this.#join(pod);
  }

  setPolicy(namespace: string, key: string, policy: CompiledPolicy | undefined): void {
    const policies = entry(this.#policies, namespace, () => new Map<string, CompiledPolicy>());
    const old = policies.get(key);
    if (policy) policies.set(key, policy);
    else policies.delete(key);
    if (policies.size === 0) this.#policies.delete(namespace);
    for (const direction of DIRECTIONS) if (policy?.[direction]) this.#renew(policy, direction);
    for (const pod of this.#pods.get(namespace)?.values() ?? []) {
      if (!pod.local || sameSelection(old, policy, pod)) continue;
      const before = this.#memberships.get(pod.uid);
      this.#join(pod);
      this.#quit(before);
    }
  }

  wanted(): Wanted {
    for (const [id, { pods, direction, policies }] of this.#groups)
      if (pods === 0) {
        this.#groups.delete(id);
        for (const key of policies) this.#drop(direction, key);
      }
    const chains = new Map<string, readonly string[]>();
    for (const flow of FLOWS) {
      for (const { names, rules } of this.#uses.values()) chains.set(names[flow], rules.chains[flow]);
      for (const { names, chains: of } of this.#groups.values()) chains.set(names[flow], of[flow]);
    }
    return {
      sets: [...this.#verdicts.values(), this.#self, ...this.#live.inUse()],
      chains,
      isolates: this.#groups.size > 0,
    };
  }

  #join(pod: PodFacts): void {
    const groups: Partial<Record<Direction, Group>> = {};
    for (const direction of DIRECTIONS) {
      const group = this.#groupOf(pod, direction);
      if (group) groups[direction] = group;
      if (group) group.pods++;
      for (const flow of FLOWS) {
        const chain = group && `goto ${group.names[flow]}`;
        for (const address of pod.addresses)
          this.#verdicts.get(verdictMap(direction, flow))!.set(address, chain);
      }
    }
    const isolated = groups.egress ?? groups.ingress;
    for (const address of pod.addresses) this.#self.set(`${address} . ${address}`, isolated && '');
    this.#memberships.set(pod.uid, groups);
  }

  #leave(pod: PodFacts): void {
    this.#quit(this.#memberships.get(pod.uid));
    this.#memberships.delete(pod.uid);
    for (const address of pod.addresses) {
      for (const verdicts of this.#verdicts.values()) verdicts.set(address, undefined);
      this.#self.set(`${address} . ${address}`, undefined);
    }
  }

  #quit(groups: Partial<Record<Direction, Group>> = {}): void {
    for (const direction of DIRECTIONS) if (groups[direction]) groups[direction].pods--;
  }

  #groupOf(pod: PodFacts, direction: Direction): Group | undefined {
    const selecting = [...(this.#policies.get(pod.namespace)?.values() ?? [])].filter(
      (policy) => policy[direction] && policy.selects.matches(pod.labels),
    );
    if (selecting.length === 0) return undefined;
    const keys = selecting.map(({ key }) => key).sort();
    const id = `${direction} ${keys.join(' ')}`;
    return entry(this.#groups, id, () => {
      for (const policy of selecting) this.#take(policy, direction);
      const names = chainNames(direction, 'pods', id);
      return { direction, policies: keys, names, chains: this.#groupChains(direction, keys), pods: 0 };
    });
  }

  /** A pod reaches itself, and the node its pods, whatever the policies say. Not what comes through a Service from elsewhere. */
  #groupChains(direction: Direction, keys: readonly string[]): Group['chains'] {
    const { word } = this.family;
    const chain = (flow: Flow) => [
      `${word} saddr . ${word} daddr @self accept`,
      ...(direction === 'ingress'
        ? this.#hosts.map(
            (host) => `${word} ${flow === 'there' ? 's' : 'd'}addr ${host} ct status ! dnat accept`,
          )
        : []),
      ...keys.map((key) => `jump ${this.#uses.get(useId(direction, key))!.names[flow]}`),
      'drop',
    ];
    return { there: chain('there'), back: chain('back') };
  }

  #take(policy: CompiledPolicy, direction: Direction): void {
    const use = entry(this.#uses, useId(direction, policy.key), () => {
      const rules = rulesOf(policy, direction, this.family);
      for (const set of rules.sets) this.#live.use(set, this.#everyPod());
      return { names: chainNames(direction, 'policy', policy.key), rules, groups: 0 };
    });
    use.groups++;
  }

  /** Another version of a policy in use. */
  #renew(policy: CompiledPolicy, direction: Direction): void {
    const use = this.#uses.get(useId(direction, policy.key));
    if (!use) return;
    const rules = rulesOf(policy, direction, this.family);
    for (const set of rules.sets) this.#live.use(set, this.#everyPod());
    for (const set of use.rules.sets) this.#live.release(set);
    use.rules = rules;
  }

  #drop(direction: Direction, key: string): void {
    const id = useId(direction, key);
    const use = this.#uses.get(id)!;
    if (--use.groups > 0) return;
    for (const set of use.rules.sets) this.#live.release(set);
    this.#uses.delete(id);
  }

  *#everyPod(): Iterable<PodFacts> {
    for (const pods of this.#pods.values()) yield* pods.values();
  }
}

const useId = (direction: Direction, key: string) => `${direction} ${key}`;

const chainNames = (direction: Direction, what: 'policy' | 'pods', id: string) => ({
  there: chainOf(direction, 'there', what, digest(id)),
  back: chainOf(direction, 'back', what, digest(id)),
});

/** Whether both versions of a policy select the pod in the same directions: then it stays in its groups. */
function sameSelection(
  one: CompiledPolicy | undefined,
  other: CompiledPolicy | undefined,
  pod: PodFacts,
): boolean {
  const selects = (policy: CompiledPolicy | undefined, direction: Direction) =>
    policy?.[direction] !== undefined && policy.selects.matches(pod.labels);
  return DIRECTIONS.every((direction) => selects(one, direction) === selects(other, direction));
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let found = map.get(key);
  if (found === undefined) {
    found = make();
    map.set(key, found);
  }
  return found;
}
