// Bandwidth annotations of a node's pods. Without any it is one look at each pod's annotations.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { limitsOf } from './limits.ts';
import type { Shaper, ShaperOptions } from './shaper.ts';

export class Bandwidth {
  readonly #options: ShaperOptions;
  #shaper: Promise<Shaper> | undefined;

  constructor(options: ShaperOptions) {
    this.#options = options;
  }

  joined(pod: Pod, sandbox: string): void {
    const limits = limitsOf(pod);
    if (!limits) return;
    this.#shaper ??= import('./shaper.ts').then(({ Shaper }) => new Shaper(this.#options));
    this.#shaper = this.#shaper.then((shaper) => {
      shaper.joined(pod, sandbox, limits);
      return shaper;
    });
  }

  async ready(): Promise<void> {
    await (await this.#shaper)?.ready();
  }

  left(uid: string): void {
    void this.#shaper?.then((shaper) => shaper.left(uid));
  }
}
