// All checks of one round's history. Called by round.ts.
import type { History } from '../history.ts';
import { checkLinearizable } from './linearizable.ts';
import { checkLists } from './lists.ts';
import { modelOf } from './model.ts';
import { checkWatches } from './watches.ts';

/** What is wrong with a history, one line each; nothing when it is as Kubernetes promises. */
export function checkHistory(history: History): string[] {
  const model = modelOf(history);
  return [
    ...model.violations,
    ...checkLinearizable(history, model),
    ...checkLists(history, model),
    ...checkWatches(history, model),
  ];
}
