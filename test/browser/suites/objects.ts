// One object: what is told of it, its logs, a shell, its YAML, its revisions, and what may be done with it. Real containers.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { writeArchive } from '../../../src/cri/image/archive.ts';
import { busyboxImage } from '../../support/busybox-image.ts';
import { eventually } from '../../support/eventually.ts';
import type { Page } from '../support/browser.ts';
import type { Scene } from '../support/scene.ts';
import { objectsYaml } from './objects-yaml.ts';

const IMAGE = 'localhost/dashboard-busybox:1';
const WEB = '/o/apps/v1/deployments/office/web';

/** Answers of the API that are no success stand in the browser's console, too. */
const unexpected = (troubles: readonly string[]) =>
  troubles.filter((text) => !text.startsWith('Failed to load resource: the server responded with'));

const rows = (page: Page) => page.locator('.log-line:not(.log-ruler)');

export function objectsSuite(scene: () => Scene): void {
  const kubectl = (...words: string[]) => scene().cluster.kubectl('-n', 'office', ...words);
  const field = (what: string, path: string) => kubectl('get', what, '-o', `jsonpath={${path}}`);

  describe('an object', () => {
    before(async () => {
      const { cluster } = scene();
      const file = join(cluster.directory, 'busybox.tar');
      await writeFile(file, await writeArchive(busyboxImage(IMAGE)));
      await cluster.tiphys('image', 'load', '--name', cluster.name, file);
      await rm(file);
      await cluster.kubectlWith(objectsYaml(IMAGE), 'apply', '-f', '-');
      await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s');
    });

    it('says why its containers do not run, and leads to what it has to do with', async () => {
      const { page, open, troubles, close } = await scene().page();
      await open('/o/core/v1/pods/office/broken');
      const container = page.getByRole('article').filter({ hasText: 'missing' });
      await container.getByText('ErrImageNeverPull').waitFor();
      await container.getByText('is not present with pull policy of Never').waitFor();
      await page.getByRole('row', { name: /ErrImageNeverPull.*kubelet/ }).waitFor();
      await page.getByRole('link', { name: 'conf', exact: true }).click();
      await page.getByRole('heading', { name: 'conf', exact: true }).waitFor();
      await page.getByText('hello from the map').waitFor();
      await page.getByRole('row', { name: /broken/ }).waitFor();
      assert.deepEqual(troubles, []);
      await close();
    });

    it('keeps the values of a Secret to itself until somebody asks', async () => {
      const { page, open, close } = await scene().page();
      await open('/o/core/v1/secrets/office/keys');
      await page.getByRole('button', { name: 'Show password' }).waitFor();
      assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /open-sesame/);
      await page.getByRole('button', { name: 'Show password' }).click();
      await page.getByText('open-sesame').waitFor();
      await page.getByRole('tab', { name: 'YAML' }).click();
      await page.locator('[data-editor=ready]').waitFor();
      const encoded = Buffer.from('open-sesame').toString('base64');
      assert.doesNotMatch(await page.locator('.cm-content').innerText(), new RegExp(encoded));
      await page.getByRole('button', { name: 'Show values' }).click();
      await page.locator('.cm-content').getByText(encoded).waitFor();
      await close();
    });

    it('shows the logs of all of its pods as they are written, and finds words in them', async () => {
      const { page, open, troubles, close } = await scene().page();
      await open(`${WEB}?tab=logs`);
      const names = await kubectl('get', 'pods', '-l', 'app=web', '-o', 'name');
      for (const name of names.trim().split('\n'))
        await rows(page)
          .filter({ hasText: `from ${name.slice('pod/'.length)}` })
          .first()
          .waitFor();
      const count = async () => Number(await page.getByRole('log').getAttribute('data-count'));
      const first = await count();
      await eventually('more lines come', async () => (await count()) > first + 4);
      await page.keyboard.press('/');
      await page.keyboard.type('error');
      await page.locator('.log-found', { hasText: 'ERROR' }).first().waitFor();
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Only lines that match' }).click();
      await eventually('other lines are hidden', async () => {
        const texts = await rows(page).allInnerTexts();
        return texts.length > 0 && texts.every((text) => text.includes('ERROR'));
      });
      assert.deepEqual(troubles, []);
      await close();
    });

    it('opens a shell in a container, and says how it ended', async () => {
      const { page, open, troubles, close } = await scene().page();
      await open(`${WEB}?tab=terminal`);
      await page.locator('.terminal-screen[data-state=running]').waitFor();
      const screen = page.locator('.xterm-rows');
      await screen.getByText('#').first().waitFor();
      await page.keyboard.type('echo answer-$((6*7)); stty size\n');
      await screen.getByText('answer-42').waitFor();
      await eventually('the shell knows the size', async () =>
        /\n\d{2,} \d{2,}/.test(await screen.innerText()),
      );
      await page.keyboard.type('exit 3\n');
      await page.getByRole('alert').getByText('exit code 3').waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.terminal-screen[data-state=running]').waitFor();
      assert.deepEqual(troubles, []);
      await close();
    });

    it('is changed by its YAML, with help, and not over what somebody else changed meanwhile', async () => {
      const { page, open, troubles, close } = await scene().page();
      await open(`${WEB}?tab=yaml`);
      const line = page.locator('.cm-line', { hasText: /^ {2}replicas: 2$/ });
      await line.first().click();
      await page.keyboard.press('End');
      await page.keyboard.press('Backspace');
      await page.keyboard.type('1\nminReadySec');
      // The editor does not take Enter for a choice in the first moment of its list.
      await page.locator('.cm-completionLabel', { hasText: 'minReadySeconds' }).click();
      await page.keyboard.type('soon');
      await page.getByText('spec.minReadySeconds: expected integer, got string').waitFor();
      for (let i = 0; i < 'soon'.length; i++) await page.keyboard.press('Backspace');
      await page.keyboard.type('1');
      await kubectl('scale', 'deployment/web', '--replicas=3');
      await page.keyboard.press('Control+s');
      await page.getByRole('group', { name: 'spec.replicas' }).getByText('Mine').waitFor();
      await page.getByRole('radio', { name: /On the server/ }).check();
      await page.getByRole('button', { name: 'Review' }).click();
      await page.locator('[data-diff] .cm-changedLine', { hasText: 'minReadySeconds: 1' }).waitFor();
      assert.equal(await field('deployment/web', '.spec.minReadySeconds'), '');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByText('web is changed').waitFor();
      assert.equal(await field('deployment/web', '.spec.minReadySeconds'), '1');
      assert.equal(await field('deployment/web', '.spec.replicas'), '3');
      assert.deepEqual(unexpected(troubles), []);
      await close();
    });

    it('is scaled, and goes back to a revision that was compared with today’s', async () => {
      const { page, open, troubles, close } = await scene().page();
      await kubectl('set', 'env', 'deployment/web', '-c', 'app', 'COLOUR=green');
      await open(WEB);
      await page.locator('[data-action=scale]').click();
      await page.getByLabel('Replicas').fill('2');
      await page.getByRole('dialog').getByRole('button', { name: 'Scale' }).click();
      await page.getByText('web is scaled to 2').waitFor();
      await page.locator('[data-action=rollback]').click();
      await page.locator('[data-diff] .cm-changedLine', { hasText: 'value: green' }).waitFor();
      await page.getByRole('row', { name: /^1 / }).getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('row', { name: /^3 current/ }).waitFor();
      assert.doesNotMatch(await field('deployment/web', '.spec.template.spec.containers[0].env'), /COLOUR/);
      assert.deepEqual(troubles, []);
      await close();
    });

    it('is made from YAML, with fields of others left to them or taken', async () => {
      const { page, open, troubles, close } = await scene().page();
      await open('/create?ns=office');
      await page.locator('.cm-content').click();
      const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: made\ndata:\n  a: "1"\n';
      const conf = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: conf\ndata:\n  greeting: mine\n';
      await page.keyboard.insertText(`${map}---\n${conf}`);
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByText('to be created').waitFor();
      await page.getByRole('checkbox', { name: /Take .data.greeting/ }).check();
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByRole('link', { name: 'ConfigMap office/made' }).waitFor();
      await eventually(
        'both are written',
        async () => (await field('configmap/conf', '.data.greeting')) === 'mine',
      );
      assert.equal(await field('configmap/made', '.data.a'), '1');
      assert.deepEqual(unexpected(troubles), []);
      await close();
    });

    it('offers a CronJob to be run now, and asks what becomes of what it owns when it is deleted', async () => {
      const { page, open, close } = await scene().page();
      await open('/o/batch/v1/cronjobs/office/nightly');
      await page.locator('[data-action=trigger]').click();
      await page.getByLabel('Name of the Job').fill('tonight');
      await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
      await page.getByRole('link', { name: 'tonight' }).waitFor();
      await page.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('radio', { name: /Orphan/ }).check();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('CronJob nightly does not exist').waitFor();
      await eventually(
        'the Job has no owner',
        async () => (await field('job/tonight', '.metadata.ownerReferences')) === '',
      );
      await close();
    });

    it('offers only what its reader may do', async () => {
      const { cluster } = scene();
      const token = (await cluster.kubectl('create', 'token', 'reader', '-n', 'office')).trim();
      const { page, open, close } = await scene().pageWithToken(token);
      await open(WEB);
      await page.getByRole('heading', { name: 'Conditions' }).waitFor();
      await page.getByRole('tab', { name: 'YAML' }).click();
      await page.getByText('You may not change this object.').waitFor();
      assert.equal(await page.locator('[data-action]').count(), 0);
      assert.equal(await page.getByRole('button', { name: 'Actions' }).count(), 0);
      await close();
    });

    it('is drained, if it is a node, as disruption budgets allow', async () => {
      const { page, open, close } = await scene().page();
      const { nodes } = scene().cluster;
      const budget = '--selector=app=web --min-available=100%'.split(' ');
      await kubectl('create', 'poddisruptionbudget', 'web', ...budget);
      await eventually(
        'the budget is known',
        async () =>
          (await field('poddisruptionbudget/web', '.status.currentHealthy')) ===
          (await field('deployment/web', '.spec.replicas')),
      );
      await open(`/o/core/v1/nodes/-/${nodes[0]}`);
      await page.locator('[data-action=drain]').click();
      await page.getByText('office/broken').waitFor();
      assert.equal(await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).isEnabled(), false);
      await page.getByLabel('Take pods without a controller').check();
      await page.getByLabel('Delete local data').check();
      await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
      await page
        .getByText('violate the pod’s disruption budget')
        .or(page.getByText(/disruption budget/))
        .first()
        .waitFor();
      await kubectl('delete', 'poddisruptionbudget', 'web');
      await page.getByText('The node is drained.').waitFor({ timeout: 30_000 });
      await page.getByRole('button', { name: 'Close' }).click();
      await page.locator('[data-action=uncordon]').click();
      await page.locator('[data-action=cordon]').waitFor();
      await close();
    });
  });
}
