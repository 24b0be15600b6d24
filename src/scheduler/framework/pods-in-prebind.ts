// Pods whose PreBind plugins run: one that is preempted meanwhile is not bound, without its deletion. Filled by the framework.

export class PodsInPreBind {
  /** Pod uid → why it is not to be bound; empty while it is. */
  readonly #pods = new Map<string, string>();

  begin(uid: string): void {
    this.#pods.set(uid, '');
  }

  /** False when the pod is not in PreBind (any more). */
  cancel(uid: string, why: string): boolean {
    if (!this.#pods.has(uid)) return false;
    this.#pods.set(uid, this.#pods.get(uid) || why);
    return true;
  }

  /** For plugins that wait: whether waiting is of no use any more. */
  isCancelled(uid: string): boolean {
    return Boolean(this.#pods.get(uid));
  }

  /** From here on the pod cannot be cancelled. Why it was, if it was. */
  end(uid: string): string | undefined {
    const why = this.#pods.get(uid);
    this.#pods.delete(uid);
    return why || undefined;
  }
}
