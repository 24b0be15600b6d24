// Pods that no plugin can tell apart on any node have one signature (upstream's SignPod, KEP 5598): they share the answers of the
// plugins that judge a node by itself. Upstream reuses whole results between neighbours in the queue; here an answer is reused per
// node, while the node is unchanged, whatever has been scheduled in between.
import type { PodInfo } from '../cache/pod-info.ts';
import { LocalAnswers } from '../framework/local-answers.ts';
import type { Plugin } from '../framework/plugin.ts';

/** Signatures whose answers are kept: those used last. Each takes about 35 bytes per node. */
const MOST_KEPT = 32;
/** Signatures that are remembered: answers are kept from the second pod on. */
const MOST_SEEN = 256;

export class Signatures {
  readonly #signers: readonly Plugin[];
  /** The least recently used first, as in `seen`. */
  readonly #kept = new Map<string, LocalAnswers>();
  readonly #seen = new Set<string>();

  constructor(signers: Iterable<Plugin>) {
    this.#signers = [...signers];
  }

  /** What is kept for pods like this one, once there was another. */
  answersFor(pod: PodInfo): LocalAnswers | undefined {
    if (this.#signers.length === 0) return undefined;
    const signature = JSON.stringify([pod.priority, ...this.#signers.map(({ signPod }) => signPod?.(pod))]);
    const kept = this.#kept.get(signature);
    const isNew = !this.#seen.delete(signature);
    this.#seen.add(signature);
    dropFirst(this.#seen, MOST_SEEN);
    if (isNew && !kept) return undefined;
    const answers = kept ?? new LocalAnswers();
    this.#kept.delete(signature);
    this.#kept.set(signature, answers);
    dropFirst(this.#kept, MOST_KEPT);
    return answers;
  }
}

function dropFirst(among: Map<string, unknown> | Set<string>, most: number): void {
  for (const first of among.keys()) {
    if (among.size <= most) return;
    among.delete(first);
  }
}
