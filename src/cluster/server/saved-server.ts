// What a server remembers of its first start, so that a later one needs no flags: DATA/server.json.
import { join } from 'node:path';
import type { EtcdSettings } from '../control-plane/settings.ts';
import { readIfThere, writeAtomically } from '../pki/credential-files.ts';
import { UserError } from '../progress.ts';

export interface SavedServer {
  readonly name: string;
  readonly serviceCidrs: readonly string[];
  readonly clusterCidrs: readonly string[];
  /** Where everything is stored: the embedded store, a member of the servers' own etcd, or an etcd that others look after. */
  readonly engine: 'embedded' | 'etcd' | 'external';
  /** Of the engine `external`. */
  readonly external?: EtcdSettings;
}

const fileIn = (dataDir: string): string => join(dataDir, 'server.json');

export function readSavedServer(dataDir: string): SavedServer | undefined {
  const text = readIfThere(fileIn(dataDir));
  if (!text) return undefined;
  try {
    return JSON.parse(text) as SavedServer;
  } catch {
    throw new UserError(
      `${fileIn(dataDir)} is damaged: remove it and start with the flags of the first start`,
    );
  }
}

export function saveServer(dataDir: string, saved: SavedServer): void {
  writeAtomically(fileIn(dataDir), `${JSON.stringify(saved, undefined, 2)}\n`, { durable: true });
}
