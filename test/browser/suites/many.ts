// A list of ten thousand pods. The last suite: what they cost the cluster would slow the others.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPods } from '../support/many-pods.ts';
import type { Scene } from '../support/scene.ts';

const MANY = 10_000;
/** Until all of them are there, on a machine that has other work, too. */
const MANY_MS = 90_000;

export function manySuite(scene: () => Scene): void {
  describe('long lists', () => {
    it('scroll through ten thousand pods', async () => {
      const { cluster } = scene();
      await cluster.kubectl('create', 'namespace', 'many');
      await createPods(cluster.env.KUBECONFIG!, 'many', MANY);
      const { page, open, troubles, close } = await scene().page();
      await open('/k/core/v1/pods?ns=many');
      await page.locator(`[data-count="${MANY}"]`).waitFor({ timeout: MANY_MS });
      const drawn = await page.locator('.vt-row').count();
      assert.ok(drawn < 60, `${drawn} rows are drawn`);
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      await page.getByRole('row', { name: `pod-${MANY - 1}` }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('pod-777');
      await page.getByText(`11 of ${MANY}`).waitFor();
      await cluster.kubectl('delete', 'pod', '-n', 'many', 'pod-7777', '--wait=false');
      await page.getByText(`10 of ${MANY - 1}`).waitFor();
      assert.deepEqual(troubles, []);
      await close();
    });
  });
}
