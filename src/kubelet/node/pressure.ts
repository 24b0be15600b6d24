// Which resources of the node run short: set by eviction, reported in the node's conditions. Made before both, so that
// neither needs the other.

export class NodePressure {
  #memory = false;
  #onChange = () => {};

  get memory(): boolean {
    return this.#memory;
  }

  set memory(short: boolean) {
    if (short === this.#memory) return;
    this.#memory = short;
    this.#onChange();
  }

  /** There is one listener: node-manager.ts, which reports the node's conditions. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }
}
