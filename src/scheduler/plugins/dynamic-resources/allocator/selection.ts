// Whether devices match the expressions of classes and requests. An expression is compiled once, and its answer for a device is kept
// as long as the device is published unchanged, so that a cycle evaluates little. Answers and programs are dropped when there are many.
import { deviceMatches, deviceValue, type Match } from '../../../../api/cel/devices/matches.ts';
import { compileSelector, type Selector } from '../../../../api/cel/devices/selectors.ts';
import type { DeviceSelector } from '../../../../api/kinds/resource/v1/device.ts';
import type { Device } from '../../../../api/kinds/resource/v1/resource-slice.ts';
import { keyOf, nameOf } from '../../../../api/meta/v1/object.ts';
import { atOnce } from '../../../../kit/clock.ts';
import type { SearchBudget } from './budget.ts';
import type { AllocatorFeatures } from './features.ts';
import type { Candidate } from './pools.ts';
import type { Selecting } from './requests.ts';

const MOST_PROGRAMS = 100;
/** Per device. */
const MOST_ANSWERS = 32;
/** Steps of an evaluation besides its cost. */
const EVALUATION_STEPS = 20;
const COST_PER_STEP = 10;

type Program = Selector | string;

export class Selection {
  readonly #features: AllocatorFeatures;
  readonly #programs = new Map<string, Program>();
  readonly #answers = new WeakMap<Readonly<Device>, Map<string, Match>>();

  constructor(features: AllocatorFeatures) {
    this.#features = features;
  }

  /** Throws for expressions that fail: scheduling of the pod cannot go on. */
  selects(ask: Selecting, candidate: Candidate, budget: SearchBudget): boolean {
    const { class: of, claim } = ask;
    return (
      this.#all(of.spec.selectors ?? [], candidate, budget, () => `class ${nameOf(of)}`) &&
      this.#all(ask.selectors, candidate, budget, () => `claim ${keyOf(claim)}`)
    );
  }

  #all(
    selectors: readonly DeviceSelector[],
    candidate: Candidate,
    budget: SearchBudget,
    where: () => string,
  ): boolean {
    for (const [i, { cel }] of selectors.entries()) {
      const expression = cel?.expression ?? '';
      const program = this.#program(expression, budget);
      if (typeof program === 'string')
        throw new Error(`${where()}: selector #${i}: CEL compile error: ${program}`);
      const { matches, error } = this.#answer(program, expression, candidate, budget);
      if (error !== undefined) throw new Error(`${where()}: selector #${i}: CEL runtime error: ${error}`);
      if (!matches) return false;
    }
    return true;
  }

  #program(expression: string, budget: SearchBudget): Program {
    const known = this.#programs.get(expression);
    if (known !== undefined) return known;
    // A step per character: 10 KiB take some milliseconds to compile.
    budget.spend(expression.length);
    const { consumableCapacity, listAttributes } = this.#features;
    const made = atOnce(
      compileSelector(expression, {
        ...{ multipleAllocations: consumableCapacity, includes: listAttributes, lists: listAttributes },
      }),
    );
    const program = 'error' in made ? made.error : made;
    if (this.#programs.size >= MOST_PROGRAMS) this.#programs.clear();
    this.#programs.set(expression, program);
    return program;
  }

  #answer(program: Selector, expression: string, candidate: Candidate, budget: SearchBudget): Match {
    const { device, pool } = candidate;
    let answers = this.#answers.get(device);
    if (!answers) {
      answers = new Map();
      this.#answers.set(device, answers);
    }
    const known = answers.get(expression);
    if (known) return known;
    budget.spend(EVALUATION_STEPS);
    const value = deviceValue(pool.driver, device, { lists: this.#features.listAttributes });
    const match = deviceMatches(program, value);
    if (answers.size >= MOST_ANSWERS) answers.clear();
    answers.set(expression, match);
    // After it is kept: the next attempt need not do it again.
    budget.spend(Math.ceil(match.cost / COST_PER_STEP));
    return match;
  }
}
