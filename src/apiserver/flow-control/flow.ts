// A FlowSchema with its priority level, as requests are classified by it. Made by configuration.ts.
import type { PolicyRulesWithSubjects } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import type { Origin, PriorityLevel } from './levels/priority-level.ts';

export interface Flow extends Origin {
  readonly level: PriorityLevel;
  readonly precedence: number;
  readonly rules: readonly PolicyRulesWithSubjects[];
  /** Headers of every response: the UIDs, since names would tell clients how the administrator rates them. */
  readonly headers: Readonly<Record<string, string>>;
}
