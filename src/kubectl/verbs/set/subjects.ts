// The subjects that `set subject` adds to a binding. Pure; called by the command beside it.
import type { Subject } from '../../../api/kinds/rbac/v1/policy.ts';

export interface SubjectFlags {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** `namespace:name` each; with an empty namespace, that of the command. */
  readonly serviceAccounts: readonly string[];
}

export function checkSubjects(
  { users, groups, serviceAccounts }: SubjectFlags,
  isClusterWide: boolean,
): void {
  if (users.length + groups.length + serviceAccounts.length === 0)
    throw new Error('you must specify at least one value of user, group or serviceaccount');
  for (const account of serviceAccounts) {
    const [namespace = '', name = '', ...more] = account.split(':');
    if (name === '' || more.length > 0) throw new Error('serviceaccount must be <namespace>:<name>');
    if (isClusterWide && namespace === '')
      throw new Error('serviceaccount must be <namespace>:<name>, namespace must be specified');
  }
}

const inOrder = (names: readonly string[]): string[] => [...new Set(names)].sort();

export function subjectsOf(flags: SubjectFlags, namespace: string): Subject[] {
  const ofGroup = (kind: string) => (name: string) => ({ kind, apiGroup: 'rbac.authorization.k8s.io', name });
  return [
    ...inOrder(flags.users).map(ofGroup('User')),
    ...inOrder(flags.groups).map(ofGroup('Group')),
    ...inOrder(flags.serviceAccounts).map((account) => {
      const [own = '', name = ''] = account.split(':');
      return { kind: 'ServiceAccount', name, namespace: own || namespace };
    }),
  ];
}

/** Undefined when all are there already. */
export function withSubjects(before: readonly Subject[], added: readonly Subject[]): Subject[] | undefined {
  const fresh = added.filter((subject) => !before.some((old) => isSame(old, subject)));
  return fresh.length > 0 ? [...before, ...fresh] : undefined;
}

const isSame = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind &&
  (a.apiGroup ?? '') === (b.apiGroup ?? '') &&
  a.name === b.name &&
  (a.namespace ?? '') === (b.namespace ?? '');
