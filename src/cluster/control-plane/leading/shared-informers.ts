// The informers of work that comes and goes: one set while anything uses it, none otherwise. Called by control-plane.ts, for the
// controllers and the scheduler, which lead in terms of their own.
import type { InformerFactory } from '../../../client/informer/factory.ts';

export class SharedInformers {
  readonly #make: () => InformerFactory;
  #factory: InformerFactory | undefined;
  #users = 0;

  constructor(make: () => InformerFactory) {
    this.#make = make;
  }

  take(): InformerFactory {
    this.#users++;
    this.#factory ??= this.#make();
    return this.#factory;
  }

  /** To be called once for each take(). */
  give(): void {
    if (--this.#users > 0) return;
    this.#factory?.stop();
    this.#factory = undefined;
  }
}
