// Whether every list shows exactly the objects that there were at the revision it names, and that revision is the one asked for.
import type { History, List, Version } from '../history.ts';
import { describeOperation } from './linearizable.ts';
import type { Model } from './model.ts';

export function checkLists({ operations }: History, model: Model): string[] {
  return operations
    .filter((operation): operation is List => operation.kind === 'list')
    .flatMap((list) => problemsOf(list, model).map((problem) => `${problem}: ${describeOperation(list)}`));
}

function problemsOf(list: List, model: Model): string[] {
  if (list.outcome.is !== 'ok') return [];
  const { revision, versions } = list.outcome.answer;
  const problems: string[] = [];
  if (list.exactly !== undefined && revision !== list.exactly) problems.push(`shows revision ${revision}`);
  if (list.notOlderThan !== undefined && revision < list.notOlderThan)
    problems.push(`revision ${revision} is too old`);
  return [...problems, ...differences(versions, model.all(list.resource, revision))];
}

export function differences(shown: readonly Version[], held: readonly Version[]): string[] {
  const byKey = new Map(held.map((version) => [version.key, version]));
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const version of shown) {
    const { key } = version;
    if (seen.has(key)) problems.push(`shows ${key} twice`);
    seen.add(key);
    const right = byKey.get(key);
    if (!right) problems.push(`shows ${key}, which did not exist`);
    else if (
      right.revision !== version.revision ||
      right.value !== version.value ||
      right.uid !== version.uid
    )
      problems.push(
        `shows ${key} at ${version.revision} (${version.value}); it was at ${right.revision} (${right.value})`,
      );
  }
  for (const { key, revision } of held)
    if (!seen.has(key)) problems.push(`lacks ${key}, written at ${revision}`);
  return problems;
}
