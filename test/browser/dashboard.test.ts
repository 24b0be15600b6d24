// The dashboard in a real browser. Each suite is a file of its own in suites/; all share one cluster and one browser.
import { createHash } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { repository } from '../support/cluster.ts';
import { listsSuite } from './suites/lists.ts';
import { manySuite } from './suites/many.ts';
import { objectsSuite } from './suites/objects.ts';
import { shellSuite } from './suites/shell.ts';
import { viewsSuite } from './suites/views.ts';
import { type Scene, startScene } from './support/scene.ts';

/** Each checkout of a machine has a cluster of its own. */
const checkout = createHash('sha256').update(repository).digest('hex').slice(0, 6);

let scene: Scene | undefined;
before(async () => {
  scene = await startScene(`tph-dash-${checkout}`);
});
after(() => scene?.end());

/** The scene is there when tests run. */
const started = (): Scene => scene!;

describe('the dashboard', () => {
  shellSuite(started);
  listsSuite(started);
  viewsSuite(started);
  objectsSuite(started);
  manySuite(started);
});
