// Which rules belong to which kind, by `group/Kind`. A kind that is missing here is checked by its definition alone.
import type { AnyRules } from './rules.ts';

export const ruleBook: ReadonlyMap<string, AnyRules> = new Map<string, AnyRules>([]);
