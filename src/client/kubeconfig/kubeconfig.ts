// The kubeconfig file: read, merged with another cluster's entries, and written back, as kind and kubectl do.
// Called by `tiphys up` and `down`, and by connection.ts.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { dump, load } from 'js-yaml';
import type { Clock } from '../../kit/clock.ts';

export interface KubeconfigCluster {
  server: string;
  'certificate-authority-data'?: string;
  'certificate-authority'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'tls-server-name'?: string;
  'proxy-url'?: string;
  'disable-compression'?: boolean;
  extensions?: { name: string; extension: unknown }[];
}

export interface KubeconfigUser {
  'client-certificate-data'?: string;
  'client-key-data'?: string;
  'client-certificate'?: string;
  'client-key'?: string;
  token?: string;
  tokenFile?: string;
  // Ways of authenticating that kubectl knows; connection.ts refuses them.
  exec?: ExecConfig;
  'auth-provider'?: { name?: string; config?: Record<string, string> };
  username?: string;
  password?: string;
  as?: string;
  'as-uid'?: string;
  'as-groups'?: string[];
  'as-user-extra'?: Record<string, string[]>;
}

/** A program that gives credentials (client.authentication.k8s.io). */
export interface ExecConfig {
  command: string;
  args?: string[] | null;
  env?: { name: string; value: string }[] | null;
  apiVersion?: string;
  installHint?: string;
  provideClusterInfo?: boolean;
  interactiveMode?: string;
}

export interface KubeconfigContext {
  cluster: string;
  user: string;
  namespace?: string;
}

export interface Kubeconfig {
  apiVersion: 'v1';
  kind: 'Config';
  preferences?: Record<string, unknown>;
  clusters: { name: string; cluster: KubeconfigCluster }[];
  contexts: { name: string; context: KubeconfigContext }[];
  users: { name: string; user: KubeconfigUser }[];
  'current-context'?: string;
}

/** The context name of a Tiphys cluster: `tiphys`, or `tiphys-NAME` of a named one. */
export const contextName = (clusterName?: string): string =>
  !clusterName || clusterName === 'tiphys' ? 'tiphys' : `tiphys-${clusterName}`;

export function emptyKubeconfig(): Kubeconfig {
  return { apiVersion: 'v1', kind: 'Config', clusters: [], contexts: [], users: [] };
}

/** A config with one context, cluster and user, all called `name`; the context is current. */
export function singleContext(name: string, cluster: KubeconfigCluster, user: KubeconfigUser): Kubeconfig {
  return {
    ...emptyKubeconfig(),
    clusters: [{ name, cluster }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user }],
    'current-context': name,
  };
}

/** Bytes of a kubeconfig file; one of a thousand clusters has a tenth of this. */
const MAX_SIZE = 16 * 1024 * 1024;

export function readKubeconfig(path: string): Kubeconfig {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return emptyKubeconfig();
  if (found.size > MAX_SIZE) throw new Error(`${path} is too large for a kubeconfig file`);
  const config = parseKubeconfig(readFileSync(path, 'utf8'));
  if (!config) throw new Error(`${path} is not a kubeconfig file`);
  return config;
}

/** Undefined for a text that is YAML, but no kubeconfig; throws for one that is no YAML, or of another kind. Nothing that it names is read or run. */
export function parseKubeconfig(text: string): Kubeconfig | undefined {
  const parsed = (text.trim() === '' ? {} : (load(text) ?? {})) as Partial<Kubeconfig>;
  if (!isObject(parsed)) return undefined;
  const { apiVersion = 'v1', kind = 'Config', clusters, contexts, users } = parsed;
  if (apiVersion !== 'v1' || kind !== 'Config')
    throw new Error(`no kind "${kind}" is registered for version "${apiVersion}"`);
  if (!isListOf('cluster', clusters) || !isListOf('context', contexts) || !isListOf('user', users))
    return undefined;
  return {
    ...emptyKubeconfig(),
    ...parsed,
    clusters: clusters ?? [],
    contexts: contexts ?? [],
    users: users ?? [],
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of named entries, each with an object under `key`. */
const isListOf = (key: string, list: unknown): boolean =>
  list === undefined ||
  list === null ||
  (Array.isArray(list) &&
    list.every((entry) => isObject(entry) && (entry[key] == null || isObject(entry[key]))));

/** The entries of `added` over those of `base`; its current context becomes current. */
export function mergeKubeconfig(base: Kubeconfig, added: Kubeconfig): Kubeconfig {
  const current = added['current-context'] ?? base['current-context'];
  return {
    ...base,
    clusters: replaceNamed(base.clusters, added.clusters),
    contexts: replaceNamed(base.contexts, added.contexts),
    users: replaceNamed(base.users, added.users),
    ...(current && { 'current-context': current }),
  };
}

/** Without the entries named `name`; a current context of that name is unset. */
export function removeFromKubeconfig(config: Kubeconfig, name: string): Kubeconfig {
  const out: Kubeconfig = {
    ...config,
    clusters: config.clusters.filter((entry) => entry.name !== name),
    contexts: config.contexts.filter((entry) => entry.name !== name),
    users: config.users.filter((entry) => entry.name !== name),
  };
  if (out['current-context'] === name) out['current-context'] = '';
  return out;
}

/** Writes the file atomically, readable by its owner only. */
export function writeKubeconfig(path: string, config: Kubeconfig): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const partial = `${path}.${process.pid}.tmp`;
  writeFileSync(partial, dump(config, { lineWidth: -1 }), { mode: 0o600 });
  renameSync(partial, path);
}

/**
 * Changes the file under the same lock as kubectl and kind take (`PATH.lock`, made exclusively). Others hold it for milliseconds only, and
 * are waited for.
 */
export async function changeKubeconfig(
  path: string,
  change: (config: Kubeconfig) => Kubeconfig,
  clock: Clock,
): Promise<void> {
  const lock = `${path}.lock`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  await makeLock(lock, clock);
  try {
    writeKubeconfig(path, change(readKubeconfig(path)));
  } finally {
    rmSync(lock, { force: true });
  }
}

const LOCK_PATIENCE_MS = 5_000;

async function makeLock(lock: string, clock: Clock): Promise<void> {
  const deadline = clock.monotonic() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return writeFileSync(lock, '', { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (clock.monotonic() > deadline)
        throw new Error(`another program holds ${lock}; delete it when none does`, { cause: error });
    }
    await clock.sleep(10);
  }
}

function replaceNamed<T extends { name: string }>(base: readonly T[], added: readonly T[]): T[] {
  const names = new Set(added.map((entry) => entry.name));
  return [...base.filter((entry) => !names.has(entry.name)), ...added];
}
