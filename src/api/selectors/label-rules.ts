// Many requirements as one rule per key, so that matching costs as many steps as an object has labels, not as many as the
// selector has requirements. Called by label-selector.ts for selectors that are longer than usual.
import type { LabelRequirement, Labels } from './label-requirement.ts';

interface Rule {
  /** The label must be there. */
  needed: boolean;
  forbidden: boolean;
  among: ReadonlySet<string> | undefined;
  readonly not: Set<string>;
  above: bigint | undefined;
  below: bigint | undefined;
}

/** The number that a label's text is, as `gt` and `lt` read it. */
export const integer = (text: string): bigint | undefined =>
  /^[-+]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;

export function matcherOf(requirements: readonly LabelRequirement[]): (labels: Labels) => boolean {
  const rules = new Map<string, Rule>();
  for (const requirement of requirements) {
    const rule = rules.get(requirement.key) ?? blank();
    rules.set(requirement.key, rule);
    add(rule, requirement);
  }
  let needed = 0;
  for (const rule of rules.values()) if (rule.needed) needed++;
  return (labels) => {
    let met = 0;
    for (const key in labels) {
      const rule = rules.get(key);
      if (!rule) continue;
      if (!allows(rule, labels[key]!)) return false;
      if (rule.needed) met++;
    }
    return met === needed;
  };
}

const blank = (): Rule => ({
  needed: false,
  forbidden: false,
  among: undefined,
  not: new Set(),
  above: undefined,
  below: undefined,
});

function add(rule: Rule, { operator, values }: LabelRequirement): void {
  switch (operator) {
    case '!':
      rule.forbidden = true;
      return;
    case '!=':
    case 'notin':
      for (const value of values) rule.not.add(value);
      return;
    case '=':
    case '==':
    case 'in':
      rule.among = new Set(values.filter((value) => rule.among?.has(value) ?? true));
      break;
    case 'gt':
      rule.above = most(rule.above, integer(values[0]!) ?? 0n);
      break;
    case 'lt':
      rule.below = least(rule.below, integer(values[0]!) ?? 0n);
      break;
    case 'exists':
  }
  rule.needed = true;
}

const most = (a: bigint | undefined, b: bigint) => (a === undefined || b > a ? b : a);
const least = (a: bigint | undefined, b: bigint) => (a === undefined || b < a ? b : a);

function allows({ forbidden, among, not, above, below }: Rule, value: string): boolean {
  if (forbidden || not.has(value) || (among && !among.has(value))) return false;
  if (above === undefined && below === undefined) return true;
  const number = integer(value);
  if (number === undefined) return false;
  return (above === undefined || number > above) && (below === undefined || number < below);
}
