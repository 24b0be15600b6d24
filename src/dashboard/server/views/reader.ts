// What the dashboard reads for its views: always as a user, so that everything is authorized as their own requests are.
import { errorOf } from '../../../client/rest/failure.ts';

export interface Read {
  readonly status: number;
  readonly body: Buffer;
}

/** Reads a path of the API as one user. */
export type Reader = (path: string, query?: Readonly<Record<string, string>>) => Promise<Read>;

interface List<T> {
  readonly items?: readonly T[];
  readonly metadata?: { readonly continue?: string };
}

/** Objects in a page: a few milliseconds of parsing. */
const PAGE = 250;

export interface Listed<T> {
  readonly items: readonly T[];
  /** There are more than so many. */
  readonly more: boolean;
}

/** At most `most` objects. Each page is mapped at once, so that whole objects need not be kept. Rejects as the API refuses. */
export async function listAll<T, U>(
  read: Reader,
  path: string,
  query: Readonly<Record<string, string>>,
  most: number,
  take: (object: T) => readonly U[],
  pageSize = PAGE,
): Promise<Listed<U>> {
  const items: U[] = [];
  let seen = 0;
  let next: string | undefined;
  do {
    const page = await answered<List<T>>(read, path, {
      ...query,
      limit: String(Math.min(pageSize, most - seen)),
      ...(next && { continue: next }),
    });
    for (const object of page.items ?? []) for (const item of take(object)) items.push(item);
    seen += page.items?.length ?? 0;
    next = page.metadata?.continue || undefined;
  } while (next && seen < most);
  return { items, more: next !== undefined };
}

/** The answer as JSON. Rejects with the refusal of the API. */
export async function answered<T>(
  read: Reader,
  path: string,
  query?: Readonly<Record<string, string>>,
): Promise<T> {
  const answer = await read(path, query);
  if (answer.status !== 200) throw errorOf(answer);
  return JSON.parse(answer.body.toString()) as T;
}
