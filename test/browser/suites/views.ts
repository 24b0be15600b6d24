// The views: what is wrong, nodes and their charts, the map, scheduling, storage, who can, quotas; and what a user with few rights sees.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Page } from '../support/browser.ts';
import type { Scene, ScenePage } from '../support/scene.ts';
import { shopIn } from '../support/shop.ts';

/** A node that does not answer at once is measured when it is asked for the third time, after twenty seconds. */
const MEASURED_MS = 45_000;

export function viewsSuite(scene: () => Scene): void {
  /** One page for all: most tests only look. */
  const seen = async (path: string, look: (page: Page, opened: ScenePage) => Promise<void>) => {
    const opened = await scene().page();
    await opened.open(path);
    await look(opened.page, opened);
    // Other clusters of the machine come and go.
    assert.deepEqual(
      opened.troubles.filter((text) => !text.includes('ERR_NETWORK_CHANGED')),
      [],
    );
    await opened.close();
  };

  describe('views', () => {
    before(async () => {
      await scene().cluster.kubectlWith(shopIn('bazaar'), 'apply', '-f', '-');
    });

    it('the overview says what is wrong and leads to it', async () => {
      await seen('/?ns=bazaar', async (page) => {
        const wrong = page.getByRole('region', { name: 'What is wrong' });
        const trainer = wrong.getByRole('link', { name: /trainer Deployment in bazaar/ });
        await trainer.filter({ hasText: '0 of 1 available' }).waitFor();
        await wrong
          .getByRole('link', { name: /recommender.* Pod in bazaar/ })
          .filter({ hasText: /ErrImagePull|ImagePullBackOff/ })
          .waitFor();
        await wrong.getByRole('link', { name: /team ResourceQuota/ }).waitFor();
        await page
          .getByRole('region', { name: 'Warnings of the last hour' })
          .getByText('FailedScheduling')
          .waitFor();
        await trainer.click();
        await page.waitForURL('**/o/apps/v1/deployments/bazaar/trainer*');
      });
    });

    it('it follows the cluster without being loaded again', async () => {
      await seen('/?ns=bazaar', async (page) => {
        const wrong = page.getByRole('region', { name: 'What is wrong' });
        await wrong.getByRole('link', { name: /trainer Deployment/ }).waitFor();
        await scene().cluster.kubectl('-n', 'bazaar', 'scale', 'deployment/trainer', '--replicas=0');
        await wrong.getByRole('link', { name: /trainer Deployment/ }).waitFor({ state: 'detached' });
        await scene().cluster.kubectl('-n', 'bazaar', 'scale', 'deployment/trainer', '--replicas=1');
      });
    });

    it('nodes show use and requests; a node its charts, conditions and pods', async () => {
      const [node] = scene().cluster.nodes as readonly [string];
      await seen('/nodes', async (page) => {
        const row = page.getByRole('row', { name: node, exact: false }).first();
        await row.getByRole('img', { name: /CPU used: .* of / }).waitFor({ timeout: MEASURED_MS });
        await row.getByRole('img', { name: /CPU requested by pods: .* of / }).waitFor();
        await row.getByRole('link', { name: node, exact: true }).click();
        await page.getByRole('heading', { name: node }).waitFor();
        const chart = page.getByRole('img', { name: /^Memory over the last hour: .* now/ });
        await chart.waitFor({ timeout: MEASURED_MS });
        await page.locator('.chart canvas').first().waitFor();
        await page.getByRole('row', { name: /Ready True kubelet is posting ready status/ }).waitFor();
        await page
          .getByRole('region', { name: 'Pods' })
          .getByRole('link', { name: /web-/ })
          .first()
          .waitFor();
      });
    });

    it('the map leads from outside to pods, and says what policies let through', async () => {
      await seen('/map?ns=bazaar', async (page) => {
        await page.getByRole('button', { name: /^Ingress, shop/ }).waitFor();
        const api = page.getByRole('button', { name: /^Deployment, api, .*isolated by network policies/ });
        await api.focus();
        await page.keyboard.press('Enter');
        const details = page.getByRole('complementary', { name: 'Deployment api' });
        await details.getByText('only what api-from-web allows').waitFor();
        await details.getByText('tcp 5432').waitFor();
        await page.keyboard.press('ArrowLeft');
        const focused = () => page.locator(':focus').getAttribute('data-node');
        assert.equal(await focused(), 'Service/bazaar/api');
        await page.keyboard.press('Escape');
        await details.waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'As tables' }).click();
        await page.getByRole('row', { name: /orders HTTPRoute api Service .*90 %/ }).waitFor();
        await page
          .getByRole('row', { name: /web Deployment api Deployment tcp 8080 by bazaar\/api-from-web/ })
          .waitFor();
      });
    });

    it('scheduling says what each node lacks', async () => {
      await seen('/scheduling?ns=bazaar', async (page) => {
        await page
          .getByRole('button', { name: /trainer/ })
          .first()
          .waitFor();
        await page.getByRole('cell', { name: 'NodeResourcesFit' }).waitFor();
        await page.getByRole('cell', { name: /^900 cpu \(/ }).waitFor();
      });
    });

    it('storage says why a claim waits', async () => {
      await seen('/storage?ns=bazaar', async (page) => {
        await page.getByRole('row', { name: /archive .*there is no such StorageClass/ }).waitFor();
        await page.getByRole('tab', { name: 'Classes' }).click();
        await page.getByRole('row', { name: /default/ }).waitFor();
      });
    });

    it('who can: with the binding, the role and its rule; and what somebody may', async () => {
      await seen('/access?ns=bazaar&verb=list&resource=pods', async (page) => {
        await page
          .getByRole('row', {
            name: /auditor ServiceAccount of bazaar bazaar auditors view from system:aggregate-to-view/,
          })
          .waitFor();
        await page.getByRole('combobox', { name: 'resource or path' }).fill('/metrics');
        await page.getByRole('row', { name: /auditor/ }).waitFor({ state: 'detached' });
        await page.getByRole('tab', { name: 'What may somebody do' }).click();
        await page.getByRole('textbox', { name: 'named' }).fill('auditor');
        await page.getByRole('textbox', { name: 'of namespace' }).fill('bazaar');
        await page
          .getByRole('row', { name: /get, list, watch .*pods.* auditors view/ })
          .first()
          .waitFor();
      });
    });

    it('quotas are bars', async () => {
      await seen('/quotas?ns=bazaar', async (page) => {
        const quota = page.getByRole('region', { name: 'Quota team of bazaar' });
        await quota.getByText('requests.cpu').waitFor();
        await page
          .getByRole('region', { name: 'Limits containers of bazaar' })
          .getByText('4Gi')
          .first()
          .waitFor();
      });
    });

    it('a user with few rights is told what is not shown, and sees the rest', async () => {
      const token = await scene().cluster.kubectl('-n', 'bazaar', 'create', 'token', 'auditor');
      const { page, open, troubles, close } = await scene().pageWithToken(token.trim());
      await open('/?ns=bazaar');
      const wrong = page.getByRole('region', { name: 'What is wrong' });
      await wrong.getByRole('link', { name: /trainer Deployment/ }).waitFor();
      await wrong.getByText('certificates in secrets').waitFor();
      await open('/nodes');
      await page.getByText('You may not see nodes').waitFor();
      await open('/access?ns=bazaar');
      await page.getByText(/This does not show all: you may not list .*cluster role bindings/).waitFor();
      await page.getByRole('tab', { name: 'What may I do' }).click();
      await page
        .getByRole('heading', { name: /system:serviceaccount:bazaar:auditor may do in bazaar/ })
        .waitFor();
      await open('/scheduling?ns=bazaar');
      await page.getByText('You may not list nodes: they are only counted.').waitFor();
      assert.deepEqual(
        troubles.filter((text) => !/40[13]/.test(text)),
        [],
      );
      await close();
    });

    it('on a phone nothing is wider than the screen', async () => {
      const { page, open, close } = await scene().page({ viewport: { width: 390, height: 844 } });
      for (const path of [
        '/?ns=bazaar',
        '/nodes',
        '/map?ns=bazaar',
        '/scheduling?ns=bazaar',
        '/storage',
        '/access',
        '/quotas',
      ]) {
        await open(path);
        await page.locator('main h1').waitFor();
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(width <= 390, `${path}: ${width}`);
      }
      await close();
    });
  });
}
