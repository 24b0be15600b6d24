// Uids of pods that were seen deleted, so that the end of a reservation needs no question to the API server. Only the latest are
// kept; of others the API server is asked.
const MOST = 500;

export class DeletedPods {
  readonly #uids = new Set<string>();

  add(uid: string): void {
    this.#uids.delete(uid);
    this.#uids.add(uid);
    if (this.#uids.size <= MOST) return;
    for (const oldest of this.#uids) return void this.#uids.delete(oldest);
  }

  has(uid: string): boolean {
    return this.#uids.has(uid);
  }
}
