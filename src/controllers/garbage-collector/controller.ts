// Promise: dependents whose owners are all gone are deleted (background), are deleted before their owner (foreground), or
// are kept without the reference (orphan), as the deletion asked for; for every kind, including custom ones.
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { APIService } from '../../api/kinds/apiregistration/v1/api-service.ts';
import { type Controller, type ControllerContext, type Enqueue, watch } from '../framework/controller.ts';
import { Collector } from './collector.ts';
import { OwnerGraph } from './graph.ts';
import { Monitors } from './monitors.ts';

const DELETE = 'delete/';
const ORPHAN = 'orphan/';
/** The key for which discovery is repeated. */
const KINDS = 'kinds';
const KINDS_LATER = 'kinds/later';
/** A CRD's kind is served, or no longer served, only shortly after the CRD changed; so discovery is repeated twice. */
const SETTLE_MS = 1_000;
/** What another server serves changes without a word: discovery is repeated for as long as there is one, as upstream does. */
const REPEAT_MS = 30_000;

export function createGarbageCollector(context: ControllerContext): Controller {
  let enqueue: Enqueue = () => {};
  const graph = new OwnerGraph({
    toDelete: (uid) => enqueue(DELETE + uid),
    toOrphan: (uid) => enqueue(ORPHAN + uid),
  });
  const monitors = new Monitors(context, graph);
  const collector = new Collector(context, graph, monitors, (uid) => enqueue(DELETE + uid));
  const definitions = context.informers.informer(CustomResourceDefinition);
  const services = context.informers.informer(APIService);
  return {
    name: 'generic-garbage-collector',
    workers: 20,
    watches: [watch(definitions, () => [KINDS, KINDS_LATER]), watch(services, () => [KINDS, KINDS_LATER])],
    start: async (add, signal) => {
      enqueue = add;
      signal.addEventListener('abort', () => monitors.stop(), { once: true });
      await monitors.refresh();
    },
    reconcile: async (key) => {
      if (key === KINDS_LATER) enqueue(KINDS, SETTLE_MS);
      else await reconcile(key, monitors, collector);
      const isRepeated = key === KINDS && services.lister.list().some(({ spec }) => spec?.service);
      return isRepeated ? { requeueAfter: REPEAT_MS } : undefined;
    },
  };
}

async function reconcile(key: string, monitors: Monitors, collector: Collector): Promise<void> {
  if (key.startsWith(DELETE)) await collector.attemptToDelete(key.slice(DELETE.length));
  else if (key.startsWith(ORPHAN)) await collector.attemptToOrphan(key.slice(ORPHAN.length));
  else await monitors.refresh();
}
