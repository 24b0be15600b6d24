// Promise: a StorageVersionMigration leads to every object of its resource being stored as the API server stores it now; of the
// migrations of one resource, one runs at a time. Its conditions are Running, Succeeded and Failed.
//
// A migration gets the condition Running, then the resource version at which it began, then its result. Each step is a reconcile
// of its own, caused by the event of the step before.
// Upstream: pkg/controller/storageversionmigrator. It waits for the garbage collector's caches to have seen the resource version,
// and rewrites what they hold; here objects are listed in pages, so that nothing has to be waited for.
import { StorageVersionMigration } from '../../api/kinds/storagemigration/v1beta1/storage-version-migration.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { markMigrated, markMigrating } from './definition.ts';
import { hasEnded, isResourceVersion, isRunning, type Migration, resourceOf, turnOf } from './plan.ts';
import { passes, rewriteAll } from './rewrite.ts';
import { completed, failed, RUNNING, reached, SUCCEEDED } from './status.ts';

/** Keys of the resources, as plural.group; all others are names of migrations. */
const RESOURCE = 'resource/';
/** A custom resource may be served only some time after its definition was made: upstream tries for so long. */
const PATIENCE_MS = 60_000;
const VERBS = ['update', 'patch', 'list'] as const;

export function createStorageVersionMigrator(context: ControllerContext): Controller {
  const migrations = context.informers.informer(StorageVersionMigration);
  const keysOf = (migration: Migration) => [RESOURCE + resourceOf(migration), nameOf(migration)];
  const takeTurns = async (resource: string): Promise<void> => {
    const { finished, next } = turnOf(migrations.lister.list().filter((one) => resourceOf(one) === resource));
    const { clock } = context;
    for (const one of finished) {
      await markMigrated(context, one);
      await write(context, one, completed(one, clock.now()));
    }
    if (!next) return;
    await markMigrating(context, next);
    await write(context, next, reached(next, RUNNING, clock.now()));
  };
  return {
    name: 'storage-version-migrator-controller',
    watches: [watch(migrations, keysOf)],
    reconcile: async (key) => {
      if (key.startsWith(RESOURCE)) await takeTurns(key.slice(RESOURCE.length));
      else {
        const find = () => migrations.lister.get(key);
        const migration = find();
        if (migration && isRunning(migration) && !hasEnded(migration))
          await advance(context, migration, () => find()?.metadata.uid === migration.metadata.uid);
      }
      return undefined;
    },
  };
}

/** Sets the resource version at which the migration began, or does it. */
async function advance(
  context: ControllerContext,
  migration: Migration,
  exists: () => boolean,
): Promise<void> {
  const kind = await kindOf(context, migration);
  const began = migration.status?.resourceVersion;
  if (!kind)
    return fail(context, migration, began ? unhandled('unable to obtain GVR from discovery') : UNKNOWN);
  if (!began) return begin(context, migration, kind);
  try {
    await rewriteAll(context.client, kind, began, exists);
  } catch (error) {
    if (passes(error)) throw error;
    return fail(context, migration, unhandled(messageOf(error)));
  }
  if (exists()) await write(context, migration, reached(migration, SUCCEEDED, context.clock.now()));
}

async function begin(context: ControllerContext, migration: Migration, kind: AnyResource): Promise<void> {
  const { group, version, plural, verbs = [] } = kind.resource;
  const name = `${group}/${version}, Resource=${plural}`;
  if (!VERBS.every((verb) => verbs.includes(verb)))
    return fail(
      context,
      migration,
      `resource ${JSON.stringify(name)} does not support discovery operations: [${VERBS.join(' ')}]`,
    );
  const { resourceVersion } = await context.client.list(kind, { limit: 1, metadataOnly: true });
  if (!isResourceVersion(resourceVersion))
    return fail(context, migration, `latest resourceVersion for ${name} is not valid: ${resourceVersion}`);
  await write(context, migration, { ...migration.status, resourceVersion });
}

/** The kind in the preferred version; undefined when the resource is not served, though it had time to be. */
async function kindOf(context: ControllerContext, migration: Migration): Promise<AnyResource | undefined> {
  const { group = '', resource = '' } = migration.spec?.resource ?? {};
  const { kinds } = await context.discover();
  const kind = kinds.find(({ resource: one }) => one.group === group && one.plural === resource);
  const age = context.clock.now() - (Date.parse(migration.metadata.creationTimestamp ?? '') || 0);
  if (!kind && age < PATIENCE_MS)
    throw new Error('resource does not exist in our rest mapper, requeuing to attempt again');
  return kind;
}

const UNKNOWN = 'resource does not exist in discovery';

const unhandled = (error: string): string => `migration encountered unhandled error: ${error}`;

const fail = (context: ControllerContext, migration: Migration, message: string): Promise<void> =>
  write(context, migration, reached(migration, failed(message), context.clock.now()));

/** A conflict comes when the cache is behind: the next event brings the key again. */
async function write(
  { client }: ControllerContext,
  migration: Migration,
  status: Migration['status'],
): Promise<void> {
  await client.update(
    StorageVersionMigration,
    { ...migration, ...(status && { status }) },
    { subresource: 'status' },
  );
}
