// Discovery documents on disk, where kubectl keeps them and in its form, so that both use the same: servergroups.json and a
// serverresources.json for each group version below CACHE/discovery/HOST. A file counts for six hours.
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import type { Served, ServedGroup, ServedResources } from './served.ts';

const VALID_MS = 6 * 3_600_000;
/** Bytes of a document; anyone who can write the user's files may have put one there. */
const MOST = 64 << 20;

export interface CachePlace {
  /** Such as ~/.kube/cache. */
  readonly directory: string;
  readonly server: URL;
  readonly clock: Pick<Clock, 'now'>;
}

export const cacheFolder = ({ directory, server }: Pick<CachePlace, 'directory' | 'server'>): string =>
  join(
    directory,
    'discovery',
    `${server.host}${server.pathname.replace(/\/$/, '')}`.replace(/[^(\w/.)]/g, '_'),
  );

/** Undefined unless every document is there and young enough. */
export function readCache(place: CachePlace): Served | undefined {
  const folder = cacheFolder(place);
  const groups = documentAt(join(folder, 'servergroups.json'), place.clock) as
    | { groups?: ServedGroup[] }
    | undefined;
  if (!Array.isArray(groups?.groups)) return undefined;
  const lists: ServedResources[] = [];
  for (const group of groups.groups)
    for (const { groupVersion } of group.versions ?? []) {
      if (!isSafe(groupVersion)) return undefined;
      const list = documentAt(join(folder, groupVersion, 'serverresources.json'), place.clock) as
        | ServedResources
        | undefined;
      if (!Array.isArray(list?.resources)) return undefined;
      lists.push(list);
    }
  return { groups: groups.groups, lists, failures: new Map() };
}

/** A failure to write is no failure of the command. */
export function writeCache(place: CachePlace, served: Served): void {
  const folder = cacheFolder(place);
  try {
    for (const list of served.lists)
      if (isSafe(list.groupVersion) && list.resources.length > 0)
        write(join(folder, list.groupVersion, 'serverresources.json'), {
          kind: 'APIResourceList',
          apiVersion: 'v1',
          ...list,
        });
    write(join(folder, 'servergroups.json'), {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: served.groups,
    });
  } catch {
    // A home that cannot be written.
  }
}

const isSafe = (groupVersion: string): boolean =>
  /^[a-z0-9.-]{1,253}(?:\/[a-z0-9]{1,63})?$/.test(groupVersion) && !groupVersion.includes('..');

function documentAt(path: string, clock: Pick<Clock, 'now'>): unknown {
  try {
    const { mtimeMs, size } = statSync(path);
    if (size > MOST || clock.now() > mtimeMs + VALID_MS) return undefined;
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function write(path: string, document: object): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(document)}\n`);
  chmodSync(partial, 0o660);
  renameSync(partial, path);
}
