// The tabs of an object's page, in their order; each is loaded when it is first opened.
import type { Kind } from '../../api/kind.ts';
import type { Tab } from './tab.ts';

const named = (...names: readonly string[]) => {
  const all = new Set(names);
  return ({ kind, group }: Kind): boolean => all.has(group ? `${kind}.${group}` : kind);
};

/** What has pods of its own. */
const hasPods = named(
  'Pod',
  'ReplicationController',
  ...['Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'ReplicaSet.apps', 'Job.batch'],
);

export const tabs: readonly Tab[] = [
  { id: 'overview', title: 'Overview', fits: () => true, load: () => import('./overview/overview.tsx') },
  { id: 'logs', title: 'Logs', fits: hasPods, load: () => import('./logs/logs.tsx') },
  { id: 'terminal', title: 'Terminal', fits: hasPods, load: () => import('./terminal/terminal.tsx') },
  {
    id: 'revisions',
    title: 'Revisions',
    fits: named('Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps'),
    load: () => import('./revisions/revisions.tsx'),
  },
  { id: 'yaml', title: 'YAML', fits: () => true, load: () => import('./yaml/yaml.tsx') },
];
