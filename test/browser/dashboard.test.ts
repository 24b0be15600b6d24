// The dashboard in a real browser. Each suite is a file of its own in suites/; all share one cluster and one browser.
import { after, before, describe } from 'node:test';
import { objectsSuite } from './suites/objects.ts';
import { shellSuite } from './suites/shell.ts';
import { viewsSuite } from './suites/views.ts';
import { type Scene, startScene } from './support/scene.ts';

let scene: Scene | undefined;
before(async () => {
  scene = await startScene('tph-dashboard');
});
after(() => scene?.end());

/** The scene is there when tests run. */
const started = (): Scene => scene!;

describe('the dashboard', () => {
  shellSuite(started);
  viewsSuite(started);
  objectsSuite(started);
});
