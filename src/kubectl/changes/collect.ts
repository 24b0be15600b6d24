// The objects that could be found, with the errors of those that could not: verbs that go on with what there is. Called by `scale`,
// `rollout` and `drain`.
import type { Resources } from '../resources/find-resources.ts';
import type { Info } from '../resources/info.ts';

export interface Collected {
  readonly infos: readonly Info[];
  readonly errors: readonly unknown[];
}

export async function collect(found: Resources): Promise<Collected> {
  const infos: Info[] = [];
  try {
    await found.visit((info) => {
      infos.push(info);
    });
    return { infos, errors: [] };
  } catch (error) {
    return { infos, errors: error instanceof AggregateError ? (error.errors as unknown[]) : [error] };
  }
}
