// The tiphys.yaml that a cluster was started with, kept in its data directory: for its start after a crash, and for `tiphys config view`.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listRecords } from '../state/registry.ts';
import type { ConfigFile } from './read.ts';

const fileIn = (dataDir: string): string => join(dataDir, 'configuration.json');

/** Where the inlineRegistries of a configuration stand for those who read them. */
export const inlineRegistriesFile = (dataDir: string): string => join(dataDir, 'inline-registries.yaml');

/** Call when the cluster is this process's own. */
export function saveConfig(dataDir: string, file: ConfigFile | undefined): void {
  save(fileIn(dataDir), file);
  save(inlineRegistriesFile(dataDir), file?.config.inlineRegistries);
}

/** There may be passwords in it: only the owner can read it. Each JSON text is YAML. */
function save(path: string, value: unknown): void {
  if (value === undefined) {
    rmSync(path, { force: true });
    return;
  }
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

export function savedConfig(dataDir: string): ConfigFile | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as ConfigFile;
  } catch {
    return undefined;
  }
}

/** Of the cluster that this launcher starts again, as it was read from `path`. */
export function configOfLauncher(launcher: number, path: string): ConfigFile | undefined {
  const record = listRecords().find((one) => one.launcher === launcher);
  const saved = record && savedConfig(record.dataDir);
  return saved?.path === path ? saved : undefined;
}
