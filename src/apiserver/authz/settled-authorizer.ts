// Lets code that cannot wait ask an authorizer that may have to: admission plug-ins, and expressions in the midst of their
// evaluation. Where the answer is not there yet, the code is left by an exception and run again from its beginning once the answer
// has arrived. It must therefore only read until it has all answers. Made by assemble.ts for admission.
import type { Pace, Steps } from '../../kit/clock.ts';
import type { Eventual } from '../registry/eventual.ts';
import type { User } from '../request.ts';
import type { Attributes, Authorizer, Decision, LocalAuthorizer } from './attributes.ts';

/** Thrown while an answer is awaited; only settle() catches it. */
export class AwaitsAnswer extends Error {
  readonly answered: Promise<void>;

  constructor(answered: Promise<void>) {
    super('the authorizer has not answered yet');
    this.answered = answered;
  }
}

/** Answers that one run may wait for: the checks that a CEL budget pays for are fewer. */
const MOST_ANSWERS = 100;

export class SettledAuthorizer implements LocalAuthorizer {
  readonly #authorizer: Authorizer;
  /** Of the run that is on the stack; runs are synchronous and do not nest. */
  #answers: Map<string, Decision> | undefined;

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  authorize(user: User, attributes: Attributes): Decision {
    const answers = this.#answers;
    const key = answers?.size ? keyOf(user, attributes) : '';
    const known = key && answers?.get(key);
    if (known) return known;
    const decision = this.#authorizer.authorize(user, attributes);
    if (!(decision instanceof Promise)) return decision;
    if (!answers) throw new Error('an authorizer that asks another server was asked outside of settle()');
    throw new AwaitsAnswer(
      decision.then((answer) => {
        answers.set(key || keyOf(user, attributes), answer);
      }),
    );
  }

  /** The result of `run`, which is called again after each answer that it had to wait for. */
  settle<T>(run: () => T): Eventual<T> {
    return this.#settle(run, new Map(), MOST_ANSWERS);
  }

  /** The same for a run in steps, which rests between them. */
  settleSteps<T>(run: () => Steps<T>, pace: Pace): Eventual<T> {
    return this.#continue(run, run(), pace, new Map(), MOST_ANSWERS);
  }

  #continue<T>(
    run: () => Steps<T>,
    steps: Steps<T>,
    pace: Pace,
    answers: Map<string, Decision>,
    left: number,
  ): Eventual<T> {
    for (;;) {
      const step = this.#once(() => steps.next(), answers);
      if (step instanceof AwaitsAnswer) {
        if (left === 0) throw new Error('too many authorization checks');
        return step.answered.then(() => this.#continue(run, run(), pace, answers, left - 1));
      }
      if (step.done) return step.value;
      const rest = pace.rest();
      if (rest) return rest.then(() => this.#continue(run, steps, pace, answers, left));
    }
  }

  #settle<T>(run: () => T, answers: Map<string, Decision>, left: number): Eventual<T> {
    const result = this.#once(run, answers);
    if (!(result instanceof AwaitsAnswer)) return result;
    if (left === 0) throw new Error('too many authorization checks');
    return result.answered.then(() => this.#settle(run, answers, left - 1));
  }

  #once<T>(run: () => T, answers: Map<string, Decision>): T | AwaitsAnswer {
    const outer = this.#answers;
    this.#answers = answers;
    try {
      return run();
    } catch (error) {
      if (error instanceof AwaitsAnswer) return error;
      throw error;
    } finally {
      this.#answers = outer;
    }
  }
}

const keyOf = (user: User, attributes: Attributes): string => JSON.stringify([user, attributes]);
