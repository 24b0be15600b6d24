// What each file has made, kept in the cluster so that it is known after a restart: a ConfigMap in kube-system for each file, with the
// objects, and what went wrong. Called by keeper.ts; `tiphys status` reads the same. The keeper deletes with an administrator's rights
// what a record names, so it believes only those that it has sealed: others may have the right to write ConfigMaps there.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Kept } from './plan.ts';

export const RECORD_NAMESPACE = 'kube-system';
export const RECORD_LABEL = 'tiphys.io/kept-manifest';

export interface KeptRecord {
  /** Its name in the directory. */
  readonly file: string;
  /** Which server has the file. */
  readonly server: string;
  readonly objects: readonly Kept[];
  /** By chart: of what it was installed with. */
  readonly charts: Readonly<Record<string, string>>;
  /** Empty when all is applied. */
  readonly problem: string;
}

/** Characters of a problem that are kept. */
const LONGEST_PROBLEM = 4_096;

export const recordName = ({ file, server }: Pick<KeptRecord, 'file' | 'server'>): string =>
  `kept-manifest-${createHash('sha256').update(`${server}/${file}`).digest('hex').slice(0, 16)}`;

/** All of them, whoever wrote them: to be shown. */
export async function readRecords(client: Client): Promise<KeptRecord[]> {
  return (await listed(client)).flatMap((data) => recordOf(data) ?? []);
}

/** Those that this server has written with this key. */
export async function sealedRecords(client: Client, server: string, key: string): Promise<KeptRecord[]> {
  return (await listed(client)).flatMap((data) => {
    if (data.server !== server || !isSealed(data, key)) return [];
    return recordOf(data) ?? [];
  });
}

async function listed(client: Client): Promise<Readonly<Record<string, string>>[]> {
  const { items } = await client.list(ConfigMap, {
    namespace: RECORD_NAMESPACE,
    labelSelector: RECORD_LABEL,
  });
  return items.map(({ data }) => data ?? {});
}

/** Of all that decides what is deleted. */
function sealOf({ file, server, objects, charts }: Readonly<Record<string, string>>, key: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([file, server, objects, charts]))
    .digest('hex');
}

function isSealed(data: Readonly<Record<string, string>>, key: string): boolean {
  const [seal, expected] = [Buffer.from(data.seal ?? ''), Buffer.from(sealOf(data, key))];
  return seal.length === expected.length && timingSafeEqual(seal, expected);
}

function recordOf(data: Readonly<Record<string, string>>): KeptRecord | undefined {
  try {
    const { file = '', server = '', objects = '[]', charts = '{}', problem = '' } = data;
    return {
      file,
      server,
      objects: JSON.parse(objects) as Kept[],
      charts: JSON.parse(charts) as Record<string, string>,
      problem,
    };
  } catch {
    // Somebody wrote something else into it: nothing is deleted by it.
    return undefined;
  }
}

export async function writeRecord(client: Client, record: KeptRecord, key: string): Promise<ConfigMap> {
  const { file, server, objects, charts, problem } = record;
  const name = recordName(record);
  const data = { file, server, objects: JSON.stringify(objects), charts: JSON.stringify(charts) };
  return client.patch(
    ConfigMap,
    name,
    RECORD_NAMESPACE,
    'apply',
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: RECORD_NAMESPACE, labels: { [RECORD_LABEL]: 'true' } },
      data: {
        ...data,
        seal: sealOf(data, key),
        ...(problem && { problem: problem.slice(0, LONGEST_PROBLEM) }),
      },
    },
    { force: true },
  );
}

export async function deleteRecord(client: Client, record: KeptRecord): Promise<void> {
  try {
    await client.delete(ConfigMap, recordName(record), RECORD_NAMESPACE);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
