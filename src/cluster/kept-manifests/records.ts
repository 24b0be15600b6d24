// What each file has made, kept in the cluster so that it is known after a restart: a ConfigMap in kube-system for each file, with the
// objects, and what went wrong. Called by keeper.ts; `tiphys status` reads the same.
import { createHash } from 'node:crypto';
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

export async function readRecords(client: Client): Promise<KeptRecord[]> {
  const { items } = await client.list(ConfigMap, {
    namespace: RECORD_NAMESPACE,
    labelSelector: RECORD_LABEL,
  });
  return items.flatMap(({ data }) => recordOf(data ?? {}) ?? []);
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

export async function writeRecord(client: Client, record: KeptRecord): Promise<ConfigMap> {
  const { file, server, objects, charts, problem } = record;
  const name = recordName(record);
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
        file,
        server,
        objects: JSON.stringify(objects),
        charts: JSON.stringify(charts),
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
