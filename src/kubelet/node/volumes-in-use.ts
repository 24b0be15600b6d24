// The attached volumes that this node uses, by their unique names: they stand in the node's status before they are mounted, and until
// nothing of them is mounted any more, so that the attach-detach controller does not detach them. Made before volumes and node manager,
// which need each other. Upstream: GetVolumesInUse and MarkVolumesAsReportedInUse in pkg/kubelet/volumemanager.

export class VolumesInUse {
  /** Undefined until it is known what an earlier kubelet has left mounted: then the status keeps what it says. */
  #names: Set<string> | undefined;
  #reported: ReadonlySet<string> = new Set();
  #onChange = () => {};
  #onReport = () => {};

  /** Sorted. */
  get names(): readonly string[] | undefined {
    return this.#names && [...this.#names].sort();
  }

  /** What an earlier kubelet has left is known. */
  start(names: Iterable<string>): void {
    this.#names = new Set([...(this.#names ?? []), ...names]);
    this.#onChange();
  }

  add(name: string): void {
    if (this.#names?.has(name)) return;
    this.#names ??= new Set();
    this.#names.add(name);
    this.#onChange();
  }

  remove(name: string): void {
    if (this.#names?.delete(name)) this.#onChange();
  }

  /** Whether the API has been told. */
  isReported(name: string): boolean {
    return this.#reported.has(name);
  }

  /** The API has this list now. */
  reported(names: readonly string[]): void {
    this.#reported = new Set(names);
    this.#onReport();
  }

  /** There is one listener each: the node manager, which reports, and the volumes, which wait for that. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  onReport(listener: () => void): void {
    this.#onReport = listener;
  }
}
