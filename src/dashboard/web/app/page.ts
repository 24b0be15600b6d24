// What a page of the dashboard is. Pages are listed in pages.ts and loaded when they are first opened.
import type { FunctionComponent } from 'preact';
import type { Params } from './paths.ts';

export interface PageProps {
  readonly params: Params;
  readonly query: URLSearchParams;
}

export const GROUPS = [
  'Cluster',
  'Workloads',
  'Network',
  'Configuration',
  'Storage',
  'Access',
  'Custom',
] as const;
export type Group = (typeof GROUPS)[number];

export interface Page {
  /** Below /dashboard, with parameters such as `:name`. */
  readonly path: string;
  readonly title: string;
  /** Where the navigation shows it; nowhere without one. */
  readonly group?: Group;
  /** After `g`, this letter goes to it. */
  readonly key?: string;
  readonly load: () => Promise<{ readonly default: FunctionComponent<PageProps> }>;
}
