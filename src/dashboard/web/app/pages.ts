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
  { path: '/k/:group/:version/:plural', title: '', load: () => import('../pages/list/list.tsx') },
  {
    path: '/o/:group/:version/:plural/:namespace/:name',
    title: '',
    load: () => import('../pages/object/object.tsx'),
  },
];
