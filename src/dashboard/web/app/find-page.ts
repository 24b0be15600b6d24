// The page of a path.
import type { Page } from './page.ts';
import { pages } from './pages.ts';
import { matchPath, type Params } from './paths.ts';

export interface FoundPage {
  readonly page: Page;
  readonly params: Params;
}

export function findPage(path: string): FoundPage | undefined {
  for (const page of pages) {
    const params = matchPath(page.path, path);
    if (params) return { page, params };
  }
  return undefined;
}
