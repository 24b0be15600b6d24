// The pages of the tutorial, in their order.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../cluster.ts';

export const tutorialPages: readonly string[] = globSync('docs/tutorial/[0-9]*.md', { cwd: repository })
  .sort()
  .map((path) => join(repository, path));
