// Higher priority first; among equals, the pod that has been in the queue for longest since its last attempt.
import type { QueueSortPlugin } from '../framework/plugin.ts';

export const prioritySort: QueueSortPlugin = {
  name: 'PrioritySort',
  less: (a, b) =>
    a.info.priority > b.info.priority || (a.info.priority === b.info.priority && a.queuedAt < b.queuedAt),
};
