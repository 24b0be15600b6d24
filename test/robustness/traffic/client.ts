// A client that does one operation after another and records each: request, times, and the outcome as far as it is known.

import { systemClock } from '../../../src/kit/clock.ts';
import { messageOf } from '../../../src/kit/message-of.ts';
import type { History, Listed, Outcome, Version, Write } from '../history.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { objectOf, pathOf, type Resource, versionOf } from './resources.ts';

const PATCH = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

export interface ListOptions {
  readonly limit?: number;
  readonly exactly?: number;
  readonly notOlderThan?: number;
  /** resourceVersion=0: whatever the server has at hand. */
  readonly any?: boolean;
}

type Precondition = { readonly expected?: number };

export class RecordingClient {
  readonly name: string;
  readonly #connection: Connection;
  readonly #namespace: string;
  readonly #history: History;
  #writes = 0;

  constructor(name: string, connection: Connection, namespace: string, history: History) {
    this.name = name;
    this.#connection = connection;
    this.#namespace = namespace;
    this.#history = history;
  }

  create(resource: Resource, name: string): Promise<Outcome<Version>> {
    return this.#write('create', resource, name, (value) => ({
      method: 'POST',
      path: pathOf(resource, this.#namespace),
      body: objectOf(resource, this.#namespace, name, value),
    }));
  }

  update(resource: Resource, name: string, { expected }: Precondition = {}): Promise<Outcome<Version>> {
    return this.#write(
      'update',
      resource,
      name,
      (value) => ({
        method: 'PUT',
        path: pathOf(resource, this.#namespace, name),
        body: objectOf(resource, this.#namespace, name, value, expected),
      }),
      expected,
    );
  }

  patch(resource: Resource, name: string, { expected }: Precondition = {}): Promise<Outcome<Version>> {
    return this.#write(
      'patch',
      resource,
      name,
      (value) => ({
        method: 'PATCH',
        path: pathOf(resource, this.#namespace, name),
        body: { metadata: objectOf(resource, this.#namespace, name, value, expected).metadata },
        contentType: PATCH,
      }),
      expected,
    );
  }

  apply(resource: Resource, name: string): Promise<Outcome<Version>> {
    return this.#write('apply', resource, name, (value) => ({
      method: 'PATCH',
      path: `${pathOf(resource, this.#namespace, name)}?fieldManager=${this.name}&force=true`,
      body: objectOf(resource, this.#namespace, name, value),
      contentType: APPLY,
    }));
  }

  async delete(
    resource: Resource,
    name: string,
    { expected }: Precondition = {},
  ): Promise<Outcome<{ uid: string }>> {
    const preconditions = { preconditions: { resourceVersion: String(expected) } };
    const start = systemClock.monotonic();
    const outcome = await this.#send(
      {
        method: 'DELETE',
        path: pathOf(resource, this.#namespace, name),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', ...(expected !== undefined && preconditions) },
      },
      (body) => ({ uid: body.details?.uid ?? body.metadata.uid }),
    );
    this.#record({
      kind: 'delete',
      key: `${resource.name}/${name}`,
      ...(expected !== undefined && { expected }),
      start,
      outcome,
    });
    return outcome;
  }

  async get(resource: Resource, name: string): Promise<Outcome<Version>> {
    const start = systemClock.monotonic();
    const call = { method: 'GET', path: pathOf(resource, this.#namespace, name) };
    const outcome = await this.#send(call, (body) => versionOf(resource.name, body)!);
    this.#record({ kind: 'get', key: `${resource.name}/${name}`, start, outcome });
    return outcome;
  }

  /** All pages, one after another. */
  async list(resource: Resource, options: ListOptions = {}): Promise<Outcome<Listed>> {
    const { exactly, notOlderThan, any, limit } = options;
    const start = systemClock.monotonic();
    const versions: Version[] = [];
    let outcome: Outcome<Listed>;
    let next = '';
    do {
      const query = next ? `limit=${limit}&continue=${next}` : listQuery(options);
      const page = await this.#send(
        { method: 'GET', path: `${pathOf(resource, this.#namespace)}?${query}` },
        ({ metadata, items }) => {
          // biome-ignore lint/suspicious/noExplicitAny: objects as they came over the wire
          versions.push(...items.map((item: any) => versionOf(resource.name, item)).filter(Boolean));
          next = metadata.continue ? encodeURIComponent(metadata.continue) : '';
          return { revision: Number(metadata.resourceVersion), versions };
        },
      );
      outcome = page;
    } while (outcome.is === 'ok' && next);
    this.#record({
      kind: 'list',
      resource: resource.name,
      consistent: exactly === undefined && notOlderThan === undefined && !any,
      ...(exactly !== undefined && { exactly }),
      ...(notOlderThan !== undefined && { notOlderThan }),
      start,
      outcome,
    });
    return outcome;
  }

  async #write(
    verb: Write['verb'],
    resource: Resource,
    name: string,
    call: (value: string) => Call,
    expected?: number,
  ): Promise<Outcome<Version>> {
    const value = `${this.name}.${++this.#writes}`;
    const start = systemClock.monotonic();
    const outcome = await this.#send(call(value), (body) => versionOf(resource.name, body)!);
    const key = `${resource.name}/${name}`;
    this.#record({
      kind: 'write',
      verb,
      key,
      value,
      ...(expected !== undefined && { expected }),
      start,
      outcome,
    });
    return outcome;
  }

  async #send<T>(call: Call, read: (body: Answer['body']) => T): Promise<Outcome<T>> {
    try {
      return outcomeOf(await this.#connection.call(call), read);
    } catch (error) {
      return { is: 'unknown', error: messageOf(error) };
    }
  }

  #record<Recorded extends object>(operation: Recorded): void {
    const timed = { client: this.name, end: systemClock.monotonic(), ...operation };
    this.#history.operations.push(timed as never);
  }
}

/** A status below 500 says what happened; above, the server does not know it itself. */
function outcomeOf<T>({ status, body }: Answer, read: (body: Answer['body']) => T): Outcome<T> {
  if (status < 300) return { is: 'ok', answer: read(body) };
  const reason = body?.reason ?? '';
  if (status < 500) return { is: 'refused', status, reason };
  return { is: 'unknown', error: `${status} ${reason} ${body?.message ?? ''}` };
}

function listQuery({ limit, exactly, notOlderThan, any }: ListOptions): string {
  const query: Record<string, string> = {};
  if (limit) query.limit = String(limit);
  if (any) query.resourceVersion = '0';
  if (exactly ?? notOlderThan) {
    query.resourceVersion = String(exactly ?? notOlderThan);
    query.resourceVersionMatch = exactly ? 'Exact' : 'NotOlderThan';
  }
  return new URLSearchParams(query).toString();
}
