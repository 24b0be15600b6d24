// What a description is made from: requests for the object and what belongs to it, and the settings of the command.
import { addAll } from '../../kit/lists.ts';
import type { Requests } from '../session/requests.ts';

export interface SubjectFields {
  readonly requests: Requests;
  readonly namespace: string;
  readonly name: string;
  readonly showEvents: boolean;
  /** Objects per request of a list; 0 for all at once. */
  readonly chunkSize: number;
  readonly now: number;
}

interface ListBody<T> {
  readonly items?: readonly T[] | null;
  readonly metadata?: { readonly continue?: string };
}

export interface Subject extends SubjectFields {}

/** The described object: `group` such as apis/apps/v1, or api/v1. */
export const readObject = <T>(
  subject: Subject,
  group: string,
  resource: string,
  namespaced = true,
): Promise<T> => readNamed<T>(subject, group, resource, subject.name, namespaced ? subject.namespace : '');

export const readNamed = <T>(
  { requests }: Subject,
  group: string,
  resource: string,
  name: string,
  namespace = '',
): Promise<T> =>
  requests.json<T>({ path: `${collectionPath(group, resource, namespace)}/${encodeURIComponent(name)}` });

export const collectionPath = (group: string, resource: string, namespace = ''): string =>
  `/${group}/${namespace && `namespaces/${encodeURIComponent(namespace)}/`}${resource}`;

/** All objects of a collection, in chunks. */
export async function readAll<T>(
  { requests, chunkSize }: Pick<Subject, 'requests' | 'chunkSize'>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<T[]> {
  const all: T[] = [];
  let next: string | undefined;
  do {
    const chunk = { ...(chunkSize > 0 && { limit: String(chunkSize) }), ...(next && { continue: next }) };
    const list = await requests.json<ListBody<T>>({ path, query: { ...query, ...chunk } });
    addAll(all, list.items ?? []);
    next = list.metadata?.continue;
  } while (next);
  return all;
}
