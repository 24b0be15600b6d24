// Renderings of large documents, one at a time: several that rest in turns would hold the event loop as long as all of their steps
// together. Made by documents.ts.
import { type Clock, Pace, paced, type Steps } from '../../kit/clock.ts';
import type { Eventual } from '../registry/eventual.ts';

export class Renderings {
  /** Shared, so that many small renderings in a row rest as one large one does. */
  readonly #pace: Pace;
  /** Settles, and never rejects, when the rendering that rests has ended. */
  #current: Promise<unknown> | undefined;

  constructor(clock: Pick<Clock, 'monotonic' | 'turn'>) {
    this.#pace = new Pace(clock);
  }

  /** `begin` begins anew once others have ended: it finds what they have made, and what has changed meanwhile. Its steps must do
   *  nothing large before the first rest: what needs none is answered at once, whatever is being rendered. */
  run<T>(begin: () => Steps<T>): Eventual<T> {
    const steps = begin();
    const first = steps.next();
    if (first.done) return first.value;
    return this.#current ? this.#wait(begin) : this.#render(steps);
  }

  async #wait<T>(begin: () => Steps<T>): Promise<T> {
    while (this.#current) await this.#current;
    return this.#render(begin());
  }

  #render<T>(steps: Steps<T>): Eventual<T> {
    const made = paced(steps, this.#pace);
    if (!(made instanceof Promise)) return made;
    const ended = () => {
      this.#current = undefined;
    };
    this.#current = made.then(ended, ended);
    return made;
  }
}
