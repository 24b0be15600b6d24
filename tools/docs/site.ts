// What the site is made of. Pages are named by the path of their source in this repository; generated ones by one that does not exist.
import { posix } from 'node:path';
import { type NavigationGroup, navigation } from './navigation.ts';

/** The sources by path, generated ones too. */
export type Sources = ReadonlyMap<string, string>;

export interface Place {
  readonly path: string;
  readonly group: NavigationGroup;
}

/** Where a page stands in the site. */
export function outputOf(path: string): string {
  if (path === 'CONTRIBUTING.md') return 'contributing.html';
  if (path === 'examples/README.md') return 'examples.html';
  return path.replace(/^docs\//, '').replace(/\.md$/, '.html');
}

/** From one file of the site to another. */
export const relative = (from: string, to: string): string => posix.relative(posix.dirname(from), to) || to;

/** All pages in the order of the navigation. */
export function places(paths: Iterable<string>): Place[] {
  const all = [...paths];
  return navigation.flatMap((group) =>
    group.pages
      .flatMap((one) => (one.endsWith('/') ? all.filter((path) => path.startsWith(one)).sort() : [one]))
      .map((path) => ({ path, group })),
  );
}
