// Which names of a definition are accepted: those that no other definition of its group has. Names that were accepted once stay
// in effect until others are. Called by strategy.ts on every write of a definition, and by custom-kinds.ts when names become free.
// Upstream: apiextensions-apiserver/pkg/controller/status/naming_controller.go.
import type { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { isConditionTrue } from '../../../api/meta/v1/conditions.ts';
import { jsonEqual } from '../../../api/patch/json.ts';

export type Names = NonNullable<NonNullable<CustomResourceDefinition['status']>['acceptedNames']>;
export type Condition = NonNullable<NonNullable<CustomResourceDefinition['status']>['conditions']>[number];

/** The accepted names of other definitions of the group. */
export interface Claimed {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

export function claimedBy(others: Iterable<CustomResourceDefinition>): Claimed {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { status } of others) {
    const { plural, singular, shortNames = [], kind, listKind } = status?.acceptedNames ?? ({} as Names);
    for (const name of [plural, singular, ...shortNames]) if (name) resources.add(name);
    for (const name of [kind, listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

interface Decision {
  readonly accepted: Names;
  /** The last conflict found; undefined if all names are accepted. */
  readonly conflict: { readonly reason: string; readonly message: string } | undefined;
}

function decide({ spec, status }: CustomResourceDefinition, { resources, kinds }: Claimed): Decision {
  const wanted = spec.names;
  const before = (status?.acceptedNames ?? {}) as Partial<Names>;
  const accepted: Partial<Names> = { ...before };
  let conflict: Decision['conflict'];
  const taken = (name: string, used: ReadonlySet<string>) =>
    used.has(name) ? [`${JSON.stringify(name)} is already in use`] : [];
  const one = (
    key: 'plural' | 'singular' | 'kind' | 'listKind',
    used: ReadonlySet<string>,
    reason: string,
  ) => {
    const name = wanted[key] ?? '';
    const [message] = name === before[key] ? [] : taken(name, used);
    if (message) conflict = { reason, message };
    else accepted[key] = name;
  };
  one('plural', resources, 'PluralConflict');
  one('singular', resources, 'SingularConflict');
  const fresh = (wanted.shortNames ?? []).filter((name) => !before.shortNames?.includes(name));
  const problems = fresh.flatMap((name) => taken(name, resources));
  if (problems.length > 0) conflict = { reason: 'ShortNamesConflict', message: aggregate(problems) };
  else if (wanted.shortNames) accepted.shortNames = wanted.shortNames;
  else delete accepted.shortNames;
  one('kind', kinds, 'KindConflict');
  one('listKind', kinds, 'ListKindConflict');
  if (wanted.categories) accepted.categories = wanted.categories;
  else delete accepted.categories;
  return { accepted: accepted as Names, conflict };
}

const aggregate = (texts: readonly string[]): string =>
  texts.length === 1 ? texts[0]! : `[${[...new Set(texts)].join(', ')}]`;

/** The condition in the place of the former one of its type, whose time it keeps if the status is the same. */
export function withCondition(
  conditions: readonly Condition[],
  { type, status, reason, message }: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>,
  now: string,
): Condition[] {
  const before = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
  const condition = { type, status, reason, message, lastTransitionTime } as Condition;
  return before ? conditions.map((one) => (one === before ? condition : one)) : [...conditions, condition];
}

/** Sets acceptedNames and the conditions NamesAccepted and Established of a definition that has a status. */
export function acceptNames(definition: CustomResourceDefinition, claimed: () => Claimed, now: string): void {
  const status = definition.status!;
  const { names } = definition.spec ?? {};
  if (!names) return;
  const known = status.conditions?.some(({ type }) => type === 'NamesAccepted');
  if (known && jsonEqual(names, status.acceptedNames) && isConditionTrue(definition, 'NamesAccepted')) return;
  const { accepted, conflict } = decide(definition, claimed());
  status.acceptedNames = accepted;
  const good = { reason: 'NoConflicts', message: 'no conflicts found' };
  const naming = {
    type: 'NamesAccepted',
    status: conflict ? 'False' : 'True',
    ...(conflict ?? good),
  } as const;
  status.conditions = withCondition(status.conditions ?? [], naming, now);
  if (isConditionTrue(definition, 'Established')) return;
  const established = conflict
    ? ({ status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' } as const)
    : ({
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      } as const);
  status.conditions = withCondition(status.conditions, { type: 'Established', ...established }, now);
}

/** As upstream: established, or about to be. */
export const isServed = (definition: CustomResourceDefinition): boolean =>
  isConditionTrue(definition, 'Established') || isConditionTrue(definition, 'NamesAccepted');
