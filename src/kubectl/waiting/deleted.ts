// Waits until objects are gone. Called by delete, `replace --force` and `wait --for=delete`.
import { eventsOf } from '../changes/watch-object.ts';
import { type Info, isNotFound } from '../resources/info.ts';
import type { KubeObject } from '../resources/object.ts';
import type { Session } from '../session/session.ts';
import { saying, type Waiting, withDeadline } from './waiting.ts';

/** `uidOf`: which object is meant, where that is known; another one of the name is no reason to wait. */
export async function waitUntilDeleted(
  infos: readonly Info[],
  waiting: Waiting,
  uidOf: (info: Info) => string | undefined,
): Promise<void> {
  await withDeadline(waiting, async (signal) => {
    for (const info of infos) await untilDeleted(info, waiting.session, signal, uidOf(info));
  });
}

/** The object as it was last seen. */
export async function untilDeleted(
  info: Info,
  session: Session,
  signal: AbortSignal,
  uid?: string,
): Promise<KubeObject> {
  // In upstream's words: the time was over before this object was looked at.
  if (signal.aborted)
    throw new Error('client rate limiter Wait returned an error: context deadline exceeded');
  return saying(info, signal, async () => {
    let last: KubeObject;
    try {
      last = await session.json<KubeObject>({ path: info.path(), signal });
    } catch (error) {
      if (isNotFound(error) && info.hasObject) return info.object;
      if (isNotFound(error)) return {};
      throw error;
    }
    const isAnother = (object: KubeObject) => uid !== undefined && object.metadata?.uid !== uid;
    if (isAnother(last)) return last;
    for await (const event of eventsOf(session, info.collectionPath(), info.name, signal)) {
      if (event.type === 'DELETED' || event.type === 'MISSING' || isAnother(event.object)) return last;
      last = event.object;
    }
    return last;
  });
}
