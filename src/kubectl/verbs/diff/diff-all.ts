// Writes each object as it is and as it would be into two folders, and compares these. Loaded when diff runs.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sortedGoJson } from '../../../api/codec/go-json.ts';
import { StatusError } from '../../../api/status/status-error.ts';
import { warnIfDeleting } from '../../apply/client-side.ts';
import { configurationOf } from '../../apply/last-applied.ts';
import { PatchError, Patcher } from '../../apply/patcher.ts';
import { allowed, prunable } from '../../apply/prune.ts';
import { SERVER_SIDE_MANAGER } from '../../apply/server-side.ts';
import { filesOf } from '../../changes/targets.ts';
import type { Mapping } from '../../discovery/served.ts';
import { plainText } from '../../errors/text.ts';
import { toYaml } from '../../printers/yaml/write.ts';
import { findResources } from '../../resources/find-resources.ts';
import { type Info, isNotFound } from '../../resources/info.ts';
import { groupVersionOf, type KubeObject } from '../../resources/object.ts';
import type { DiffContext } from './flags.ts';
import { isSecret, masked } from './mask.ts';
import { runDiff } from './program.ts';

const MOST_TRIES = 4;

interface Folders {
  readonly live: string;
  readonly merged: string;
}

export async function diffAll(context: DiffContext): Promise<number> {
  const { flags, io, session } = context;
  const allowlist = flags.prune ? await allowed(flags['prune-allowlist'], await session.mapper()) : [];
  const base = io.env.TMPDIR || tmpdir();
  const [live, merged] = await Promise.all(['LIVE-', 'MERGED-'].map((name) => mkdtemp(join(base, name))));
  try {
    return await compare(context, { live: live!, merged: merged! }, allowlist);
  } finally {
    for (const folder of [live!, merged!]) await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  context: DiffContext,
  folders: Folders,
  allowlist: readonly Mapping[],
): Promise<number> {
  const { flags, io, session } = context;
  const { namespace, explicit } = await session.namespace();
  const found = await findResources(session, io, {
    ...{ ...filesOf(flags), labelSelector: flags.selector, namespace, enforceNamespace: explicit },
    flatten: true,
  });
  const uids = new Set<string>();
  const namespaces = new Set<string>();
  await found.visit(async (info) => {
    if (info.namespaced) namespaces.add(info.namespace);
    const uid = await writeBoth(info, context, folders);
    if (uid) uids.add(uid);
  });
  if (flags.prune)
    try {
      const warn = (text: string) => io.err(text);
      for await (const one of prunable(session, allowlist, { uids, namespaces }, flags.selector, warn)) {
        const { apiVersion = '', kind = '', metadata } = one.object;
        const { group, version } = groupVersionOf(apiVersion);
        const name = fileName({ group, version, kind }, metadata?.namespace ?? '', metadata?.name ?? '');
        await writeFile(join(folders.live, name), toYaml(one.object));
      }
    } catch (error) {
      io.err(`W pruning failed and could not be evaluated err: ${plainText(error)}\n`);
    }
  return runDiff(folders.live, folders.merged, io);
}

/** Gives the live object's uid. An object that changes meanwhile is read again, and at last taken as it is. */
async function writeBoth(info: Info, context: DiffContext, folders: Folders): Promise<string | undefined> {
  const local = info.object;
  for (let tries = 1; ; tries++) {
    const live = await liveObject(info);
    if (tries === MOST_TRIES)
      context.io.err(`W Object (${info.mapping.kind}: ${info.name}) keeps changing, diffing without lock\n`);
    try {
      const merged = await mergedObject(info, local, live, context, tries < MOST_TRIES);
      if (live) warnIfDeleting(live, context.io);
      await write(info, live, merged, context, folders);
      return live?.metadata?.uid;
    } catch (error) {
      const cause = error instanceof PatchError ? error.cause : error;
      const isConflict = cause instanceof StatusError && cause.reason === 'Conflict';
      if (!isConflict || tries >= MOST_TRIES) throw cause;
    }
  }
}

async function liveObject(info: Info): Promise<KubeObject | undefined> {
  try {
    return await info.get();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function mergedObject(
  info: Info,
  local: KubeObject,
  live: KubeObject | undefined,
  { flags, io, session, changed }: DiffContext,
  locked: boolean,
): Promise<KubeObject> {
  const isServerSide = flags['server-side'];
  const isDefault = isServerSide && !changed('field-manager');
  const fieldManager = isDefault ? SERVER_SIDE_MANAGER : flags['field-manager'];
  const write = { serverDryRun: true, fieldManager };
  if (isServerSide)
    return info.patch('apply', sortedGoJson(local), { ...write, force: flags['force-conflicts'] });
  if (!live) return info.create(local, write);
  const patcher = new Patcher(session, io, { overwrite: true, write, locked });
  return (await patcher.patch(info, { ...configurationOf(local) })).object;
}

async function write(
  info: Info,
  live: KubeObject | undefined,
  merged: KubeObject,
  { flags }: DiffContext,
  folders: Folders,
): Promise<void> {
  let [from, to] = [live, merged as KubeObject | undefined];
  if (!flags['show-managed-fields']) [from, to] = [withoutManagers(from), withoutManagers(to)];
  if (isSecret(to) && !flags['show-secrets']) ({ from, to } = masked(from, to));
  const name = fileName(info.mapping, info.namespace, info.name);
  for (const [folder, object] of [
    [folders.live, from],
    [folders.merged, to],
  ] as const)
    await writeFile(join(folder, name), object ? toYaml(object) : '', { mode: 0o700 });
}

function withoutManagers(object: KubeObject | undefined): KubeObject | undefined {
  if (!object?.metadata?.managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

const fileName = (
  { group, version, kind }: Pick<Mapping, 'group' | 'version' | 'kind'>,
  namespace: string,
  name: string,
): string => `${group && `${group}.`}${version}.${kind}.${namespace}.${name}`.replaceAll('/', '_');
