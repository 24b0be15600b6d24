// Higher priority first; among equals, the pod that was queued first.
import type { QueueSortPlugin } from '../framework/plugin.ts';

export const prioritySort: QueueSortPlugin = {
  name: 'PrioritySort',
  less: (a, b) =>
    a.info.priority > b.info.priority || (a.info.priority === b.info.priority && a.since < b.since),
};
