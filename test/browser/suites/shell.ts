// What is around every page: login, navigation, keyboard, themes, a lost connection, few rights.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from '../support/browser.ts';
import { type DashboardProcess, startDashboard } from '../support/dashboard-process.ts';
import type { Scene } from '../support/scene.ts';

const background = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

export function shellSuite(scene: () => Scene): void {
  describe('around every page', () => {
    it('one logs in by a code that is good once, as the user of the kubeconfig, and logs out', async () => {
      const { cluster, browser } = scene();
      const dashboard = await startDashboard(cluster.env, '--name', cluster.name);
      const context = await browser.context();
      const page = await context.newPage();
      await page.goto(dashboard.url);
      await page.getByRole('button', { name: 'Logged in as kubernetes-admin' }).click();
      assert.ok(!page.url().includes('code'), 'the code stays in the address');
      await page.getByRole('menuitem', { name: 'Log out' }).click();
      await page.getByRole('button', { name: 'Log in' }).waitFor();
      await page.goto('about:blank');
      await page.goto(dashboard.url);
      await page.getByText('or log in with a token').waitFor();
      await context.close();
      await dashboard.stop();
    });

    it('keys go everywhere', async () => {
      const { page, open, troubles, close } = await scene().page();
      await open('/');
      await page.getByRole('navigation', { name: 'Pages' }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('m');
      await heading(page, 'Namespaces').waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('kube-sys');
      await page.getByText('1 of ').waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/o/core/v1/namespaces/-/kube-system**');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+k');
      await page.locator('.finder-input:focus').waitFor();
      await page.keyboard.type('deploy');
      await page.getByRole('option', { name: /^Deployments/, selected: true }).waitFor();
      await page.keyboard.press('Enter');
      await heading(page, 'Deployments').waitFor();
      await page.goBack();
      await page.waitForURL('**/kube-system**');
      assert.deepEqual(troubles, []);
      await close();
    });

    it('the theme is that of the system until one is chosen, which stays', async () => {
      const { page, open, close } = await scene().page({ colorScheme: 'dark' });
      await open('/k/core/v1/namespaces');
      await page.getByRole('row', { name: 'kube-system' }).waitFor();
      const dark = await background(page);
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await background(page);
      assert.notEqual(dark, light);
      await page.getByRole('button', { name: 'Theme: as the system' }).click();
      await page.getByRole('button', { name: 'Theme: light' }).click();
      assert.equal(await background(page), dark);
      await page.reload();
      await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
      assert.equal(await background(page), dark);
      await close();
    });

    it('a telephone shows everything without scrolling sideways', async () => {
      const { page, open, close } = await scene().page({ viewport: { width: 390, height: 780 } });
      await open('/k/core/v1/namespaces');
      await page.getByRole('row', { name: 'kube-system' }).waitFor();
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 390);
      await page.getByRole('button', { name: 'Pages' }).click();
      await page.getByRole('link', { name: 'Services', exact: true }).click();
      await heading(page, 'Services').waitFor();
      await page.getByRole('row', { name: 'kubernetes' }).waitFor();
      await close();
    });

    it('who has few rights sees what these allow, and is told of the rest', async () => {
      const { cluster } = scene();
      await cluster.kubectl('create', 'namespace', 'bazaar');
      await cluster.kubectl('create', 'configmap', 'greeting', '-n', 'bazaar', '--from-literal=text=hello');
      await cluster.kubectl('create', 'serviceaccount', 'clerk', '-n', 'bazaar');
      const role = ['--verb=get,list,watch', '--resource=configmaps'];
      await cluster.kubectl('create', 'role', 'clerk', '-n', 'bazaar', ...role);
      await cluster.kubectl(
        'create',
        'rolebinding',
        'clerk',
        '-n',
        'bazaar',
        '--role=clerk',
        '--serviceaccount=bazaar:clerk',
      );
      const token = await cluster.kubectl('create', 'token', 'clerk', '-n', 'bazaar');
      const { page, open, close } = await scene().pageWithToken(token.trim());
      await open('/k/core/v1/configmaps');
      await page.getByText('You may not see ConfigMaps').waitFor();
      await page.getByRole('textbox', { name: 'Namespace' }).fill('bazaar');
      await page.keyboard.press('Enter');
      await page.getByRole('row', { name: 'greeting' }).waitFor();
      await open('/k/core/v1/secrets?ns=bazaar');
      await page.getByText('You may not see Secrets').waitFor();
      await cluster.kubectl('delete', 'serviceaccount', 'clerk', '-n', 'bazaar');
      await page.reload();
      await page.getByRole('button', { name: 'Log in' }).waitFor();
      await close();
    });

    it('a lost connection is told, and what is seen goes on when it is back', async () => {
      const { cluster } = scene();
      const dashboard = await startDashboard(cluster.env, '--name', cluster.name);
      const port = new URL(dashboard.origin).port;
      const context = await scene().browser.context();
      const page = await context.newPage();
      await page.goto(dashboard.url);
      await page.getByRole('navigation', { name: 'Pages' }).waitFor();
      await page.goto(`${dashboard.origin}/dashboard/k/core/v1/namespaces`);
      await page.getByRole('row', { name: 'kube-system' }).waitFor();
      await dashboard.stop();
      await page.getByRole('alert').waitFor();
      assert.equal(await page.getByRole('row', { name: 'kube-system' }).count(), 1, 'the list is gone');
      await cluster.kubectl('create', 'namespace', 'meanwhile');
      const again: DashboardProcess = await startDashboard(
        cluster.env,
        '--name',
        cluster.name,
        '--port',
        port,
      );
      await page
        .getByRole('button', { name: 'Try again' })
        .click({ timeout: 1000 })
        .catch(() => undefined);
      await page.getByRole('row', { name: 'meanwhile' }).waitFor();
      await page.getByRole('alert').waitFor({ state: 'detached' });
      await context.close();
      await again.stop();
    });
  });
}
