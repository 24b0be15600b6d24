// A kubeconfig in the form in which kubectl writes and prints it: entries in the order of their names, members in the order of Go's struct,
// nothing that is empty but what it always writes. Pure.
import type { Kubeconfig } from '../../../client/kubeconfig/kubeconfig.ts';

type Entry = Record<string, unknown>;

const CLUSTER = [
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'certificate-authority-data',
  'proxy-url',
  'disable-compression',
  'extensions',
];
const USER = [
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
  'username',
  'password',
  'auth-provider',
  'exec',
  'extensions',
];
const CONTEXT = ['cluster', 'user', 'namespace', 'extensions'];

export function documentOf(config: Kubeconfig): Record<string, unknown> {
  const { preferences, extensions } = config as Kubeconfig & { extensions?: unknown };
  return {
    kind: 'Config',
    apiVersion: 'v1',
    ...(preferences && Object.keys(preferences).length > 0 && { preferences }),
    clusters: listOf(config.clusters, 'cluster', CLUSTER, ['server']),
    users: listOf(config.users, 'user', USER, []),
    contexts: listOf(config.contexts, 'context', CONTEXT, ['cluster', 'user']),
    'current-context': config['current-context'] ?? '',
    ...(extensions !== undefined && { extensions }),
  };
}

/** Null for an empty list, as Go prints one. */
function listOf(
  entries: readonly (Readonly<Entry> | { readonly name: string })[],
  inner: string,
  order: readonly string[],
  always: readonly string[],
): readonly unknown[] | null {
  if (entries.length === 0) return null;
  return [...entries]
    .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1))
    .map((entry) => ({
      name: entry.name,
      [inner]: ordered((entry as Readonly<Entry>)[inner] as Entry | undefined, order, always),
    }));
}

function ordered(entry: Entry = {}, order: readonly string[], always: readonly string[]): Entry {
  const out: Entry = {};
  for (const field of order) {
    const value = field === 'exec' && entry.exec ? execOf(entry.exec as Entry) : entry[field];
    if (always.includes(field)) out[field] = value ?? '';
    else if (!isEmpty(value)) out[field] = value;
  }
  return out;
}

const execOf = (exec: Entry): Entry => ({
  command: exec.command ?? '',
  args: (exec.args as unknown[] | undefined)?.length ? exec.args : null,
  env: (exec.env as unknown[] | undefined)?.length ? exec.env : null,
  ...(exec.apiVersion ? { apiVersion: exec.apiVersion } : {}),
  ...(exec.installHint ? { installHint: exec.installHint } : {}),
  provideClusterInfo: exec.provideClusterInfo === true,
  ...(exec.interactiveMode ? { interactiveMode: exec.interactiveMode } : {}),
});

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);
