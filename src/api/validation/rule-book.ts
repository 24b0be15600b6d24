// Which rules belong to which kind, by `group/Kind`. A kind that is missing here is checked by its definition alone.
import { podRules } from './pod/pod.ts';
import { type AnyRules, rulesFor } from './rules.ts';

export const ruleBook: ReadonlyMap<string, AnyRules> = new Map<string, AnyRules>([
  ['/Pod', rulesFor(podRules)],
]);
