// All pages. The order is that of the navigation.
import type { Page } from './page.ts';

export type { Page, PageProps } from './page.ts';

export const pages: readonly Page[] = [
  {
    path: '/',
    title: 'Overview',
    group: 'Cluster',
    key: 'o',
    load: () => import('../pages/overview/overview.tsx'),
  },
  {
    path: '/nodes',
    title: 'Nodes',
    group: 'Cluster',
    key: 'n',
    load: () => import('../pages/nodes/nodes.tsx'),
  },
  { path: '/nodes/:name', title: '', load: () => import('../pages/nodes/node.tsx') },
  {
    path: '/scheduling',
    title: 'Scheduling',
    group: 'Cluster',
    key: 'h',
    load: () => import('../pages/scheduling/scheduling.tsx'),
  },
  { path: '/map', title: 'Map', group: 'Network', key: 'x', load: () => import('../pages/map/map.tsx') },
  {
    path: '/quotas',
    title: 'Quotas and limits',
    group: 'Configuration',
    key: 'q',
    load: () => import('../pages/quotas/quotas.tsx'),
  },
  {
    path: '/storage',
    title: 'Storage',
    group: 'Storage',
    key: 'b',
    load: () => import('../pages/storage/storage.tsx'),
  },
  {
    path: '/access',
    title: 'Who can',
    group: 'Access',
    key: 'a',
    load: () => import('../pages/access/access.tsx'),
  },
  {
    path: '/kinds',
    title: 'All kinds',
    group: 'Cluster',
    key: 'k',
    load: () => import('../pages/kinds/kinds.tsx'),
  },
  {
    path: '/workloads',
    title: 'All workloads',
    group: 'Workloads',
    key: 'w',
    load: () => import('../pages/workloads/workloads.tsx'),
  },
  {
    path: '/create',
    title: 'Create from YAML',
    group: 'Cluster',
    key: 'c',
    load: () => import('../pages/object/create/create.tsx'),
  },
  { path: '/k/:group/:version/:plural', title: '', load: () => import('../pages/list/list.tsx') },
  {
    path: '/o/:group/:version/:plural/:namespace/:name',
    title: '',
    load: () => import('../pages/object/object.tsx'),
  },
];
