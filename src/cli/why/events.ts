// What was said of an object in events, for those who may list them.
import { Event } from '../../api/kinds/core/v1/event.ts';
import { namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isForbidden } from '../../api/status/status-error.ts';
import { type EventLine, eventLine } from '../../api/why/event-line.ts';
import type { Client } from '../../client/client.ts';

const MOST_EVENTS = 5;
const EVENTS_READ = 500;

/** Without those of scheduling: the placement says more. Nothing for those who may not list events. */
export async function warningsOf(
  client: Client,
  object: Parameters<typeof uidOf>[0],
): Promise<readonly EventLine[]> {
  const fieldSelector = `involvedObject.uid=${uidOf(object)},type=Warning`;
  try {
    const query = { namespace: namespaceOf(object), fieldSelector, limit: EVENTS_READ };
    const { items } = await client.list(Event, query);
    return items
      .filter(({ reason }) => reason !== 'FailedScheduling')
      .map(eventLine)
      .sort((a, b) => (a.last < b.last ? -1 : 1))
      .slice(-MOST_EVENTS);
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}
