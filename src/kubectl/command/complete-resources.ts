// Words that shells offer behind a verb: types of resources, and names of objects, as the server has them. Loaded by completion only.
import { mappingsOf } from '../discovery/discovery.ts';
import { groupResourceOf, pathOf } from '../discovery/served.ts';
import type { KubeObject } from '../resources/object.ts';
import type { Session } from '../session/session.ts';
import type { Completion } from './command.ts';

export interface ResourceCompletion {
  /** The only types that may stand there, such as `deployment`. */
  readonly types?: readonly string[];
  /** One object only. */
  readonly single?: boolean;
  readonly allNamespaces?: boolean;
}

/** `TYPE NAME…` and `TYPE/NAME…`. */
export async function completeTypesAndNames(
  session: Session,
  args: readonly string[],
  toComplete: string,
  choices: ResourceCompletion = {},
): Promise<Completion> {
  const [first] = args;
  if (first !== undefined && !first.includes('/')) {
    if (choices.single && args.length > 1) return NOTHING;
    const names = await namesOf(session, first, toComplete, choices.allNamespaces);
    return { candidates: names.filter((name) => !args.includes(name)) };
  }
  if (choices.single && args.length > 0) return NOTHING;
  const slash = toComplete.indexOf('/');
  if (slash >= 0) {
    const type = toComplete.slice(0, slash);
    const names = await namesOf(session, type, toComplete.slice(slash + 1), choices.allNamespaces);
    return { candidates: names.map((name) => `${type}/${name}`) };
  }
  const types = await typesOf(session, toComplete, choices.types);
  return first === undefined
    ? { candidates: types }
    : { candidates: types.map((type) => `${type}/`), noSpace: true };
}

/** Names of objects of one type, for verbs that take nothing else. */
export async function completeNames(
  session: Session,
  type: string,
  args: readonly string[],
  toComplete: string,
): Promise<Completion> {
  const names = await namesOf(session, type, toComplete);
  return { candidates: names.filter((name) => !args.includes(name)) };
}

const NOTHING: Completion = { candidates: [] };

async function typesOf(
  session: Session,
  toComplete: string,
  allowed: readonly string[] | undefined,
): Promise<string[]> {
  if (allowed) return allowed.filter((type) => type.startsWith(toComplete));
  const comma = toComplete.lastIndexOf(',');
  const [before, last] = [toComplete.slice(0, comma + 1), toComplete.slice(comma + 1)];
  const served = await (await session.discovery()).served();
  const words = mappingsOf(served)
    .filter(({ verbs }) => verbs.includes('get'))
    .map(groupResourceOf);
  return [...new Set(words)].filter((word) => word.startsWith(last)).map((word) => `${before}${word}`);
}

/** Nothing when the server refuses: completion prints no errors. */
async function namesOf(
  session: Session,
  type: string,
  prefix: string,
  allNamespaces = false,
): Promise<string[]> {
  const mapping = await (await session.mapper()).find(type);
  const { namespace } = await session.namespace();
  const list = await session.json<{ items?: readonly KubeObject[] }>({
    path: pathOf(mapping, allNamespaces ? undefined : namespace),
    headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json' },
  });
  return (list.items ?? [])
    .map((item) => item.metadata?.name ?? '')
    .filter((name) => name !== '' && name.startsWith(prefix))
    .sort();
}
