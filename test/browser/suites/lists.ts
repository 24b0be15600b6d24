// Tables of every kind, and the tree of workloads.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from '../support/browser.ts';
import type { Scene } from '../support/scene.ts';

/** Names of the rows that are drawn. */
const names = (page: Page) => page.locator('.vt-row a').allInnerTexts();

export function listsSuite(scene: () => Scene): void {
  describe('lists', () => {
    it('show the objects of a kind in the columns of kubectl', async () => {
      const { page, open, troubles, close } = await scene().page();
      await open('/k/core/v1/nodes');
      await page.getByRole('row', { name: scene().cluster.name }).waitFor();
      const titles = await page.getByRole('columnheader').allInnerTexts();
      assert.deepEqual(
        titles.map((title) => title.replace(/\W/g, '')),
        ['Name', 'Status', 'Roles', 'Age', 'Version'],
      );
      assert.deepEqual(troubles, []);
      await close();
    });

    it('change as objects do, are filtered and sorted, by namespace or of all', async () => {
      const { cluster } = scene();
      for (const namespace of ['red', 'blue']) await cluster.kubectl('create', 'namespace', namespace);
      for (const i of [2, 10, 1]) await cluster.kubectl('create', 'configmap', `set-${i}`, '-n', 'red');
      const { page, open, close } = await scene().page();
      await open('/k/core/v1/configmaps?ns=red&q=set');
      await page.getByRole('row', { name: 'set-10' }).waitFor();
      assert.deepEqual(await names(page), ['set-1', 'set-2', 'set-10']);
      await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
      assert.deepEqual(await names(page), ['set-10', 'set-2', 'set-1']);
      assert.match(page.url(), /sort=-name/);
      await cluster.kubectl('create', 'configmap', 'set-3', '-n', 'red');
      await cluster.kubectl('create', 'configmap', 'set-4', '-n', 'blue');
      await page.getByRole('row', { name: 'set-3' }).waitFor();
      await cluster.kubectl('delete', 'configmap', 'set-10', '-n', 'red');
      await page.getByRole('row', { name: 'set-10' }).waitFor({ state: 'detached' });
      assert.deepEqual(await names(page), ['set-3', 'set-2', 'set-1']);
      await page.getByRole('combobox', { name: 'Namespace' }).selectOption('');
      await page.getByRole('row', { name: 'set-4' }).waitFor();
      await close();
    });

    it('know custom kinds as soon as they are defined', async () => {
      const { cluster } = scene();
      await cluster.kubectlWith(JSON.stringify(BOATS), 'create', '-f', '-');
      await cluster.kubectl('wait', '--for=condition=Established', 'crd/boats.sea.example');
      const boat = {
        apiVersion: 'sea.example/v1',
        kind: 'Boat',
        metadata: { name: 'argo' },
        spec: { oars: 50 },
      };
      await cluster.kubectlWith(JSON.stringify(boat), 'create', '-n', 'default', '-f', '-');
      const { page, open, close } = await scene().page();
      await open('/kinds?q=boat');
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Boats' }).click();
      await page.getByRole('row', { name: 'argo' }).waitFor();
      assert.deepEqual(
        await page
          .locator('.vt-row .vt-cell')
          .allInnerTexts()
          .then((cells) => cells.slice(0, 3)),
        ['argo', 'default', '50'],
      );
      await close();
    });

    it('have a tree of who owns whom, with what is wrong below', async () => {
      const { cluster } = scene();
      await cluster.kubectl('create', 'namespace', 'tree');
      await cluster.kubectl(
        'create',
        'deployment',
        'oak',
        '-n',
        'tree',
        '--image=registry.example/none:1',
        '--replicas=2',
      );
      const { page, open, close } = await scene().page();
      await open('/workloads?ns=tree');
      const oak = page.getByRole('row', { name: 'oak' }).first();
      await oak.waitFor();
      await page.getByRole('treegrid').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      await page.getByRole('row', { level: 2 }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await page.locator('[aria-level="3"]').nth(1).waitFor();
      await page.locator('[aria-level="1"] .badge.bad').waitFor();
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowLeft');
      await page.locator('[aria-level="2"]').waitFor({ state: 'detached' });
      await close();
    });
  });
}

const BOATS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boats.sea.example' },
  spec: {
    group: 'sea.example',
    names: { kind: 'Boat', plural: 'boats', singular: 'boat' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        additionalPrinterColumns: [{ name: 'Oars', type: 'integer', jsonPath: '.spec.oars' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { oars: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
};
