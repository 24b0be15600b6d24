// The sets that rules name, kept up to date with pods and namespaces; each is made when a rule first needs it. Called by model.ts.
import type { Labels } from '../../api/selectors/label-selector.ts';
import { ElementSet } from './element-set.ts';
import type { PodFacts } from './pod-facts.ts';
import type { SetSpec } from './rules/policy-rules.ts';

/** Labels of a namespace; undefined for one that is not known (yet): no namespaceSelector matches it. */
export type NamespaceLabels = (namespace: string) => Labels | undefined;

interface LiveSet {
  readonly spec: SetSpec;
  readonly elements: ElementSet;
  users: number;
}

export class LiveSets {
  readonly #sets = new Map<string, LiveSet>();
  readonly #labels: NamespaceLabels;

  constructor(labels: NamespaceLabels) {
    this.#labels = labels;
  }

  use(spec: SetSpec, pods: Iterable<PodFacts>): void {
    let set = this.#sets.get(spec.name);
    if (!set) {
      const { name, type } = spec;
      const fixed = spec.kind === 'fixed' ? spec.elements : [];
      set = { spec, elements: new ElementSet({ name, kind: 'set', type }, fixed), users: 0 };
      for (const pod of pods)
        for (const element of elementsOf(spec, pod, this.#labels(pod.namespace))) set.elements.add(element);
      this.#sets.set(name, set);
    }
    set.users++;
  }

  release({ name }: SetSpec): void {
    const set = this.#sets.get(name);
    if (set) set.users--;
  }

  /** The sets in use; the others are forgotten. Not at once when released: what replaces a rule often names the same sets. */
  inUse(): ElementSet[] {
    for (const [name, { users }] of this.#sets) if (users === 0) this.#sets.delete(name);
    return [...this.#sets.values()].map(({ elements }) => elements);
  }

  podChanged(old: PodFacts | undefined, next: PodFacts | undefined): void {
    for (const { spec, elements } of this.#sets.values()) {
      if (next) for (const e of elementsOf(spec, next, this.#labels(next.namespace))) elements.add(e);
      if (old) for (const e of elementsOf(spec, old, this.#labels(old.namespace))) elements.remove(e);
    }
  }

  /** The labels of the namespace of `pods` have changed. */
  namespaceChanged(pods: readonly PodFacts[], before: Labels | undefined, after: Labels | undefined): void {
    for (const { spec, elements } of this.#sets.values()) {
      if (spec.kind !== 'peers' || typeof spec.selector.namespaces === 'string') continue;
      for (const pod of pods) {
        for (const e of elementsOf(spec, pod, after)) elements.add(e);
        for (const e of elementsOf(spec, pod, before)) elements.remove(e);
      }
    }
  }
}

function elementsOf(spec: SetSpec, pod: PodFacts, namespace: Labels | undefined): readonly string[] {
  switch (spec.kind) {
    case 'peers': {
      const { namespaces, pods } = spec.selector;
      const there =
        typeof namespaces === 'string'
          ? namespaces === pod.namespace
          : namespace !== undefined && namespaces.matches(namespace);
      return there && pods.matches(pod.labels) ? pod.addresses : [];
    }
    case 'named': {
      const { name, protocol } = spec.port;
      const port = pod.ports.find((p) => p.name === name && p.protocol === protocol);
      return port ? pod.addresses.map((address) => `${address} . ${port.port}`) : [];
    }
    default:
      return [];
  }
}
