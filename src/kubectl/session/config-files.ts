// Which kubeconfig files there are, and their union: an entry is taken whole from the first file that has it. Relative paths
// inside a file start from its folder. Called by session.ts and the config verbs.
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { emptyKubeconfig, type Kubeconfig, readKubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import { combined } from '../errors/errors.ts';
import type { Io } from '../io/io.ts';

export interface ConfigFiles {
  /** In the order of their precedence, as absolute paths. */
  readonly paths: readonly string[];
  /** From --kubeconfig: the only one, and it must exist. */
  readonly explicit: boolean;
}

export const homeOf = (io: Pick<Io, 'env'>): string => io.env.HOME || '/';

export function configFiles(io: Pick<Io, 'env' | 'cwd'>, flag: string): ConfigFiles {
  if (flag) return { paths: [resolve(io.cwd, flag)], explicit: true };
  const listed = (io.env.KUBECONFIG ?? '').split(':').filter(Boolean);
  const paths = listed.length > 0 ? [...new Set(listed)] : [join(homeOf(io), '.kube', 'config')];
  return { paths: paths.map((path) => resolve(io.cwd, path)), explicit: false };
}

/** The union of the files. */
export function loadConfig({ paths, explicit }: ConfigFiles): Kubeconfig {
  if (explicit && !existsSync(paths[0]!)) throw new Error(`stat ${paths[0]}: no such file or directory`);
  const errors: Error[] = [];
  let merged = emptyKubeconfig();
  for (const path of paths) {
    if (!existsSync(path)) continue;
    try {
      merged = underneath(merged, withAbsolutePaths(readKubeconfig(path), dirname(path)));
    } catch (error) {
      errors.push(new Error(`error loading config file "${path}": ${(error as Error).message}`));
    }
  }
  if (errors.length > 0) throw combined(errors);
  return merged;
}

/** `config` with the entries of `other` that it lacks. */
function underneath(config: Kubeconfig, other: Kubeconfig): Kubeconfig {
  const names = <T extends { name: string }>(mine: readonly T[], more: readonly T[]) => [
    ...mine,
    ...more.filter((entry) => !mine.some(({ name }) => name === entry.name)),
  ];
  return {
    ...other,
    ...config,
    clusters: names(config.clusters, other.clusters),
    contexts: names(config.contexts, other.contexts),
    users: names(config.users, other.users),
    'current-context': config['current-context'] || other['current-context'] || '',
  };
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'] as const;

function withAbsolutePaths(config: Kubeconfig, directory: string): Kubeconfig {
  const absolute = <T extends object>(entry: T): T => {
    const out = { ...entry } as T & Record<string, unknown>;
    for (const field of PATHS) {
      const path = out[field];
      if (typeof path === 'string' && path !== '' && !isAbsolute(path))
        Object.assign(out, { [field]: join(directory, path) });
    }
    return out;
  };
  return {
    ...config,
    clusters: config.clusters.map((entry) => ({ ...entry, cluster: absolute(entry.cluster ?? {}) })),
    users: config.users.map((entry) => ({ ...entry, user: absolute(entry.user ?? {}) })),
  };
}
