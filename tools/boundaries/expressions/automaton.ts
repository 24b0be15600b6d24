// Whether a backtracking engine may need more than linear time for an expression: exactly if its automaton can read some text in
// a number of ways that grows with the text. Two forms (Weber and Seidl, 1991): a state that returns to itself along two paths
// that read the same text (exponential), or two states, one reached from the other, that both return to themselves while
// reading what also leads from one to the other (polynomial).
import { ANY, BREAKS, type CharSet, type Node, parse } from './parse.ts';

/** Glushkov's automaton: a state per character set of the expression, no empty transitions. */
interface Automaton {
  readonly sets: CharSet[];
  readonly next: Set<number>[];
  /** Two loops lead along the same transition: (a+)+. */
  hasDoubleLoop: boolean;
}

interface Fragment {
  readonly first: ReadonlySet<number>;
  readonly last: ReadonlySet<number>;
  readonly nullable: boolean;
}

/** Copies of a bounded repetition: two show whether neighbours are ambiguous. */
const MOST_COPIES = 2;
/** States; larger expressions are refused, because nobody can review them either. */
const MOST_STATES = 400;

/** Undefined if the expression takes linear time on every text. */
export function superLinear(source: string, flags: string): string | undefined {
  const { tree, begins } = parse(source, flags);
  const automaton: Automaton = { sets: [], next: [], hasDoubleLoop: false };
  const whole = build(automaton, begins === 'at the start' ? tree : searching(tree, begins === 'at lines'));
  if (automaton.sets.length > MOST_STATES) return 'is too large to be checked';
  if (automaton.hasDoubleLoop) return 'can backtrack exponentially';
  const start = begins === 'at the start' ? undefined : 0;
  // Wherever a search may begin, reading on from an accepting state costs nothing: the match is found.
  const accepting = whole.last;
  const cyclic = automaton.sets.map((_, state) => reaches(automaton, state, state));
  for (const [from, isCyclic] of cyclic.entries()) {
    if (!isCyclic) continue;
    if (from !== start && twoWaysBack(automaton, from)) return 'can backtrack exponentially';
    for (const [to, toIsCyclic] of cyclic.entries()) {
      if (from === to || !toIsCyclic || (from === start && accepting.has(to))) continue;
      if (isHandedOver(automaton, from, to)) return 'can take quadratic time or worse';
    }
  }
  return undefined;
}

/** A search tries every position, or every line: a loop over any text before the expression. */
const searching = (tree: Node, atLines: boolean): Node => ({
  is: 'sequence',
  parts: [
    { is: 'repeat', of: { is: 'set', set: ANY }, least: 0, most: Number.POSITIVE_INFINITY },
    ...(atLines ? [{ is: 'set', set: BREAKS } as const] : []),
    tree,
  ],
});

const EMPTY: ReadonlySet<number> = new Set();
const none: Fragment = { first: EMPTY, last: EMPTY, nullable: true };

function build(automaton: Automaton, node: Node): Fragment {
  switch (node.is) {
    case 'set': {
      const state = addState(automaton, node.set);
      return { first: new Set([state]), last: new Set([state]), nullable: false };
    }
    case 'assertion': {
      // Reads nothing in fact. As a state that reads nothing it keeps those before it from accepting.
      const state = addState(automaton, 0n);
      return { first: new Set([state]), last: new Set([state]), nullable: false };
    }
    case 'sequence':
      return node.parts.reduce<Fragment>(
        (before, part) => join(automaton, before, build(automaton, part)),
        none,
      );
    case 'choice': {
      const parts = node.parts.map((part) => build(automaton, part));
      return {
        first: new Set(parts.flatMap(({ first }) => [...first])),
        last: new Set(parts.flatMap(({ last }) => [...last])),
        nullable: parts.some(({ nullable }) => nullable),
      };
    }
    case 'repeat':
      return repeat(automaton, node);
  }
}

function addState({ sets, next }: Automaton, set: CharSet): number {
  next.push(new Set());
  return sets.push(set) - 1;
}

function link({ next }: Automaton, from: ReadonlySet<number>, to: ReadonlySet<number>): void {
  for (const a of from) for (const b of to) next[a]!.add(b);
}

function join(automaton: Automaton, before: Fragment, after: Fragment): Fragment {
  link(automaton, before.last, after.first);
  return {
    first: before.nullable ? new Set([...before.first, ...after.first]) : before.first,
    last: after.nullable ? new Set([...before.last, ...after.last]) : after.last,
    nullable: before.nullable && after.nullable,
  };
}

function repeat(automaton: Automaton, { of, least, most }: Node & { is: 'repeat' }): Fragment {
  if (most === Number.POSITIVE_INFINITY) {
    const loop = build(automaton, of);
    const isLinked = [...loop.last].some((from) =>
      [...loop.first].some((to) => automaton.next[from]!.has(to)),
    );
    automaton.hasDoubleLoop ||= isLinked;
    link(automaton, loop.last, loop.first);
    return { ...loop, nullable: loop.nullable || least === 0 };
  }
  let whole = none;
  for (let i = 0; i < Math.min(most, MOST_COPIES); i++) {
    const copy = build(automaton, of);
    whole = join(automaton, whole, { ...copy, nullable: copy.nullable || i >= least });
  }
  return whole;
}

function reaches({ next, sets }: Automaton, from: number, to: number): boolean {
  const seen = new Set<number>();
  const waiting = [from];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop())
    for (const after of next[state]!) {
      if (after === to && sets[after]) return true;
      if (seen.has(after)) continue;
      seen.add(after);
      waiting.push(after);
    }
  return false;
}

/** Searches states of several copies of the automaton that read the same text. */
function finds(
  { sets, next }: Automaton,
  start: readonly number[],
  isGoal: (states: readonly number[]) => boolean,
): boolean {
  const seen = new Set<string>();
  const waiting = [start];
  for (let states = waiting.pop(); states; states = waiting.pop())
    for (const after of steps(states, 0, ANY)) {
      if (isGoal(after)) return true;
      const name = after.join();
      if (seen.has(name)) continue;
      seen.add(name);
      waiting.push(after);
    }
  return false;

  function* steps(states: readonly number[], at: number, common: CharSet): Generator<number[]> {
    if (at === states.length) return void (yield []);
    for (const state of next[states[at]!]!) {
      const shared = common & sets[state]!;
      if (shared !== 0n) for (const rest of steps(states, at + 1, shared)) yield [state, ...rest];
    }
  }
}

/** From (s, s) to (a, b) with a ≠ b, and from there to (s, s) again. */
function twoWaysBack(automaton: Automaton, state: number): boolean {
  const isBack = ([a, b]: readonly number[]) => a === state && b === state;
  return finds(automaton, [state, state], ([a, b]) => a !== b && finds(automaton, [a!, b!], isBack));
}

/** From (p, p, q) to (p, q, q). */
const isHandedOver = (automaton: Automaton, from: number, to: number): boolean =>
  finds(automaton, [from, from, to], ([a, b, c]) => a === from && b === to && c === to);
