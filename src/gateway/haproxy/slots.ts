// Servers of backends as slots: endpoints come and go in them through HAProxy's runtime API, without a reload. Pure.
import type { Backend, Endpoint } from '../model/routes.ts';
import { needsRelay } from '../relay/plan.ts';
import { serverName } from './config/addresses.ts';
import { serversOf } from './config/inner.ts';
import type { Slots } from './config/place.ts';

type Row = readonly (Endpoint | undefined)[];

/** A backend has slots for twice its endpoints, so that a rolling update finds room, and some before the first comes. */
const LEAST = 2;
const size = (endpoints: number): number => 2 ** Math.ceil(Math.log2(Math.max(LEAST, 2 * endpoints)));

/** Slots for the backends as they are now: where there is room, endpoints stay where they were. */
export function nextSlots(backends: Iterable<Backend>, before: Slots): Map<string, Row> {
  const next = new Map<string, Row>();
  for (const backend of backends) {
    const { endpoints, policy } = backend;
    const name = serversOf(backend);
    next.set(
      name,
      policy.closed || policy.redirect || needsRelay(policy) ? [] : row(endpoints, before.get(name) ?? []),
    );
  }
  return next;
}

function row(endpoints: readonly Endpoint[], before: Row): Row {
  if (endpoints.length > before.length || before.length === 0)
    return padded(endpoints, size(endpoints.length));
  const wanted = new Map(endpoints.map((endpoint) => [textOf(endpoint), endpoint]));
  const kept = before.map((endpoint) => {
    const text = endpoint && textOf(endpoint);
    return text !== undefined && wanted.delete(text) ? endpoint : undefined;
  });
  const added = [...wanted.values()];
  // First the slots that were free: connections of an endpoint that leaves may still be open in its own.
  for (const free of [(i: number) => !before[i], () => true])
    for (let i = 0; i < kept.length && added.length > 0; i++)
      if (!kept[i] && free(i)) kept[i] = added.shift();
  return kept;
}

const padded = (endpoints: readonly Endpoint[], length: number): Row =>
  Array.from({ length }, (_, i) => endpoints[i]);

const textOf = ({ ip, port }: Endpoint): string => `${ip} ${port}`;

/** `after` as far as a process with the slots `before` can have it. */
export const fittingSlots = (before: Slots, after: Slots): Slots =>
  new Map(
    [...before].map(([name, row]) => [name, after.get(name)?.length === row.length ? after.get(name)! : row]),
  );

/** Commands of the runtime API from `before` to `after`, which have the same slots. New endpoints come before old ones go. */
export function slotCommands(before: Slots, after: Slots): string[] {
  const coming: string[] = [];
  const going: string[] = [];
  for (const [backend, row] of after)
    row.forEach((endpoint, i) => {
      const old = before.get(backend)?.[i];
      const server = `${backend}/${serverName(i)}`;
      if (endpoint && (!old || textOf(old) !== textOf(endpoint)))
        coming.push(
          `set server ${server} addr ${endpoint.ip} port ${endpoint.port}`,
          `set server ${server} state ready`,
        );
      else if (!endpoint && old) going.push(`set server ${server} state maint`);
    });
  return [...coming, ...going];
}
