// Which kinds the server has, by aggregated discovery: two requests, which the browser's cache answers when nothing has changed.
import { signal } from '@preact/signals';
import { api } from './client.ts';
import type { APIGroupDiscoveryList } from './discovery-list.ts';
import { kindsOf } from './discovery-list.ts';
import type { Kind } from './kind.ts';

export type { Kind } from './kind.ts';

export const kinds = signal<readonly Kind[]>([]);

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** Again, as custom kinds come and go. */
export function findKinds(): Promise<void> {
  finding ??= find().finally(() => {
    finding = undefined;
  });
  return finding;
}
let finding: Promise<void> | undefined;

async function find(): Promise<void> {
  const lists = await Promise.all([
    api.get<APIGroupDiscoveryList>('/api', {}, { accept }),
    api.get<APIGroupDiscoveryList>('/apis', {}, { accept }),
  ]);
  const found = lists.flatMap(kindsOf);
  if (JSON.stringify(found) !== JSON.stringify(kinds.peek())) kinds.value = found;
}

export const kindOf = (group: string, plural: string): Kind | undefined =>
  kinds.value.find((kind) => kind.plural === plural && kind.group === group);

/** As owner references and events name kinds. */
export const kindByName = (group: string, name: string): Kind | undefined =>
  kinds.value.find(({ kind, group: of }) => kind === name && of === group);
