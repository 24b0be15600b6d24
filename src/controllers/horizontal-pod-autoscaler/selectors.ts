// Which autoscalers scale which pods: two that scale the same pods would work against each other, so neither does anything.
import { labelsOf, splitKey } from '../../api/meta/v1/object.ts';
import type { LabelSelector } from '../../api/selectors/label-selector.ts';

type Labelled = Parameters<typeof labelsOf>[0];

export class Selectors {
  /** By namespace, then by name of the autoscaler. */
  readonly #known = new Map<string, Map<string, LabelSelector>>();

  set(key: string, selector: LabelSelector): void {
    const { namespace, name } = splitKey(key);
    const inNamespace = this.#known.get(namespace) ?? new Map<string, LabelSelector>();
    this.#known.set(namespace, inNamespace.set(name, selector));
  }

  forget(key: string): void {
    const { namespace, name } = splitKey(key);
    const inNamespace = this.#known.get(namespace);
    inNamespace?.delete(name);
    if (inNamespace?.size === 0) this.#known.delete(namespace);
  }

  /** All autoscalers that scale one of the pods, as upstream's message names them: `{name namespace}`. */
  of(namespace: string, pods: readonly Labelled[]): string[] {
    const found: string[] = [];
    for (const [name, { matches }] of this.#known.get(namespace) ?? [])
      if (pods.some((pod) => matches(labelsOf(pod)))) found.push(`{${name} ${namespace}}`);
    return found.sort();
  }
}
