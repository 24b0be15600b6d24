// The three load profiles: what each client of a round does, one operation after another, until the round's load ends.
import type { RecordingClient } from './client.ts';
import { configMaps, events, leases, type Resource, serviceAccounts } from './resources.ts';

/** A whole number from 0 up to `below`, exclusive. */
export type Draw = (below: number) => number;

type Step = (client: RecordingClient, draw: Draw) => Promise<unknown>;

export interface Profile {
  readonly name: string;
  readonly resources: readonly Resource[];
  /** One client each. */
  readonly clients: readonly Step[];
}

const KEYS = 3;
const MANY_KEYS = 25;

const name = (draw: Draw, keys: number) => `k${draw(keys)}`;
const pick = <T>(draw: Draw, choices: readonly T[]): T => choices[draw(choices.length)]!;

/** Many clients write the same few objects in every way, with and without preconditions. */
const contended: Step = async (client, draw) => {
  const key = name(draw, KEYS);
  const found = await client.get(configMaps, key);
  if (found.is === 'refused') return client.create(configMaps, key);
  const expected = found.is === 'ok' ? { expected: found.answer.revision } : {};
  return pick(draw, [
    () => client.update(configMaps, key, expected),
    () => client.update(configMaps, key),
    () => client.patch(configMaps, key),
    () => client.patch(configMaps, key, expected),
    () => client.apply(configMaps, key),
    () => client.create(configMaps, key),
    () => client.delete(configMaps, key, expected),
    () => client.delete(configMaps, key),
  ])();
};

const churn =
  (resource: Resource, keys: number): Step =>
  async (client, draw) => {
    const key = name(draw, keys);
    const found = draw(2) === 0 ? await client.create(resource, key) : await client.patch(resource, key);
    if (found.is === 'ok' && draw(4) === 0) await client.delete(resource, key);
  };

/** Every way to list: consistent, paged, as it was, no older than. */
const read: Step = async (client, draw) => {
  const now = await client.list(configMaps);
  if (now.is !== 'ok') return;
  const { revision } = now.answer;
  await pick(draw, [
    () => client.get(configMaps, name(draw, MANY_KEYS)),
    () => client.list(configMaps, { limit: 1 + draw(7) }),
    () => client.list(configMaps, { exactly: revision }),
    () => client.list(configMaps, { exactly: revision, limit: 3 }),
    () => client.list(configMaps, { notOlderThan: revision }),
    () => client.list(configMaps, { any: true }),
  ])();
};

/** Renewals as a holder does them: each builds on the answer to the one before it. */
const renew: Step = async (client, draw) => {
  const key = name(draw, KEYS);
  let held = await client.get(leases, key);
  if (held.is === 'refused') held = await client.create(leases, key);
  for (let i = 0; i < 5 && held.is === 'ok'; i++)
    held = await client.update(leases, key, { expected: held.answer.revision });
};

const report: Step = (client, draw) =>
  draw(3) === 0
    ? client.patch(events, name(draw, MANY_KEYS))
    : client.create(events, `${client.name}-${draw(1_000_000)}`);

const replace: Step = async (client, draw) => {
  const key = name(draw, KEYS);
  await client.apply(serviceAccounts, key);
  const found = await client.get(serviceAccounts, key);
  if (found.is === 'ok' && draw(2) === 0)
    await client.delete(serviceAccounts, key, { expected: found.answer.revision });
  if (draw(4) === 0) await client.list(serviceAccounts, { limit: 2 });
};

export const profiles: readonly Profile[] = [
  {
    name: 'contended-writes',
    resources: [configMaps],
    clients: [contended, contended, contended, contended, contended, contended],
  },
  {
    name: 'reads',
    resources: [configMaps],
    clients: [churn(configMaps, MANY_KEYS), churn(configMaps, MANY_KEYS), read, read, read, read],
  },
  {
    name: 'components',
    resources: [leases, events, serviceAccounts, configMaps],
    clients: [renew, renew, report, replace, replace, churn(configMaps, MANY_KEYS)],
  },
];
