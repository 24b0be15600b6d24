// One object as it is and as it changes: a list, then a watch that goes on where it broke. Called by `rollout status`, wait and delete.
import { isExpired, StatusError } from '../../api/status/status-error.ts';
import { readJsonLines } from '../../kit/http1/json-lines.ts';
import type { KubeList, KubeObject } from '../resources/object.ts';
import type { Session } from '../session/session.ts';

export interface ObjectEvent {
  /** MISSING: a list did not have it; the object is empty. */
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'MISSING';
  readonly object: KubeObject;
}

interface WatchEvent {
  readonly type: string;
  readonly object: KubeObject;
}

/** `path` is that of the collection. Ends when `signal` aborts, with its reason as the error. */
export async function* eventsOf(
  session: Session,
  path: string,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<ObjectEvent> {
  const fieldSelector = `metadata.name=${name}`;
  for (;;) {
    const list = await session.json<KubeList>({ path, query: { fieldSelector }, signal });
    const items = list.items ?? [];
    if (items.length === 0) yield { type: 'MISSING', object: {} };
    // Elements of a list do not say what they are.
    const type = { apiVersion: list.apiVersion ?? '', kind: list.kind?.replace(/List$/, '') ?? '' };
    for (const item of items) yield { type: 'ADDED', object: { ...type, ...item } };
    let version: string | undefined = list.metadata?.resourceVersion ?? '';
    while (version !== undefined) {
      const query = { watch: 'true', allowWatchBookmarks: 'true', fieldSelector, resourceVersion: version };
      const stream = await session.stream({ path, query }, signal);
      for await (const event of readJsonLines<WatchEvent>(stream)) {
        if (event.type === 'ERROR') {
          const failed = new StatusError(event.object as ConstructorParameters<typeof StatusError>[0]);
          if (!isExpired(failed)) throw failed;
          version = undefined;
          break;
        }
        version = event.object.metadata?.resourceVersion ?? version;
        if (isChange(event)) yield event;
      }
      signal.throwIfAborted();
    }
  }
}

const isChange = (event: WatchEvent): event is ObjectEvent => event.type !== 'BOOKMARK';
