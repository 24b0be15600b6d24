// What a server remembers of its first start, so that a later one needs no flags: DATA/server.json.
import { join } from 'node:path';
import type { EtcdSettings } from '../control-plane/settings.ts';
import { readIfThere, writeAtomically } from '../pki/credential-files.ts';
import { UserError } from '../progress.ts';

export const ENGINES = ['embedded', 'etcd', 'external'] as const;
/** Where everything is stored: the embedded store, the servers' own etcd, or an etcd that others look after. */
export type Engine = (typeof ENGINES)[number];

export interface SavedServer {
  readonly name: string;
  readonly serviceCidrs: readonly string[];
  readonly clusterCidrs: readonly string[];
  readonly engine: Engine;
  /** Of the engine `external`. */
  readonly external?: EtcdSettings;
  /** Client URLs of the members of the servers' own etcd, as last seen; empty before the first one has started. */
  readonly members?: readonly string[];
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
  const { name, serviceCidrs, clusterCidrs, engine, external, members } = saved;
  const kept = { name, serviceCidrs, clusterCidrs, engine, external, members };
  writeAtomically(fileIn(dataDir), `${JSON.stringify(kept, undefined, 2)}\n`, { durable: true });
}
