// The ConfigMap by which tools find a cluster's registry (KEP-1755): kube-public/local-registry-hosting.
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';

const NAME = 'local-registry-hosting';
const NAMESPACE = 'kube-public';
const KEY = 'localRegistryHosting.v1';

/** One that a user has written for a registry of another host stays as it is. */
export async function publishRegistry(client: Client, port: number): Promise<void> {
  const host = `localhost:${port}`;
  const text = `host: "${host}"\nhostFromContainerRuntime: "${host}"\n`;
  const found = await client.get(ConfigMap, NAME, NAMESPACE).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const before = found?.data?.[KEY];
  if (before === text || (before !== undefined && !/^host: "localhost:\d+"\nhostFrom/.test(before))) return;
  const metadata = { name: NAME, namespace: NAMESPACE };
  const data = { [KEY]: text };
  if (found) await client.update(ConfigMap, { ...found, data: { ...found.data, ...data } });
  else await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}
