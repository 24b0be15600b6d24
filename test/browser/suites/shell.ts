// Login, navigation, lists, keyboard, themes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Scene } from '../support/scene.ts';

export function shellSuite(scene: () => Scene): void {
  describe('lists', () => {
    it('show the objects of a kind in the columns of kubectl', async () => {
      const { page, open, troubles, close } = await scene().page();
      await open('/k/core/v1/nodes');
      await page.getByRole('row', { name: 'tph-dashboard' }).waitFor();
      assert.deepEqual(await page.getByRole('columnheader').allInnerTexts(), [
        'Name',
        'Status',
        'Roles',
        'Age',
        'Version',
      ]);
      assert.deepEqual(troubles, []);
      await close();
    });
  });
}
