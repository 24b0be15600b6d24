// How long a key rests whose rounds look at many objects. Each change of one of the objects asks for a round; without a rest, n
// objects that change one after the other would be looked at n times n. Pure.

/** Rounds that look at fewer objects follow one another at once. */
const FEW = 500;
/** Looking at an object takes about a microsecond, so that a key takes a twentieth of the processor at most. */
const MS_PER_OBJECT = 0.02;
/** The period in which upstream's Job controller gathers changes of pods. */
const LONGEST_MS = 1_000;

/** Milliseconds from the beginning of a round that looks at so many objects until the next may begin. */
export const restAfter = (objects: number): number =>
  objects < FEW ? 0 : Math.min(LONGEST_MS, objects * MS_PER_OBJECT);
