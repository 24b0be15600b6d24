// Which pictures there are.
import type { Page } from '../../test/browser/support/browser.ts';

export interface Picture {
  /** Of the file, before its theme. */
  readonly name: string;
  /** Below /dashboard. */
  readonly path: string;
  /** Resolves when there is something to be seen. */
  ready(page: Page): Promise<unknown>;
  readonly size?: { readonly width: number; readonly height: number };
  readonly themes?: readonly ('light' | 'dark')[];
}

const row = (page: Page, name: string) => page.getByRole('row', { name }).first().waitFor();
const text = (page: Page, shown: string) => page.getByText(shown).first().waitFor();

export const pictures: readonly Picture[] = [
  { name: 'overview', path: '/', ready: (page) => text(page, 'What is wrong') },
  { name: 'pods', path: '/k/core/v1/pods?ns=shop', ready: (page) => row(page, 'trainer') },
  {
    name: 'workloads',
    path: '/workloads?ns=shop',
    ready: async (page) => {
      await row(page, 'trainer');
      await page.getByRole('button', { name: 'Open all' }).click();
    },
  },
  { name: 'nodes', path: '/nodes', ready: (page) => row(page, 'sim-1') },
  { name: 'map', path: '/map?ns=shop', ready: (page) => text(page, 'payments') },
  { name: 'scheduling', path: '/scheduling', ready: (page) => text(page, 'trainer') },
  { name: 'storage', path: '/storage', ready: (page) => text(page, 'archive') },
  { name: 'who-can', path: '/access', ready: (page) => text(page, 'system:masters') },
  { name: 'deployment', path: '/o/apps/v1/deployments/shop/trainer', ready: (page) => text(page, 'trainer') },
  {
    name: 'telephone',
    path: '/k/core/v1/pods?ns=shop',
    size: { width: 390, height: 780 },
    ready: (page) => row(page, 'trainer'),
  },
  {
    name: 'finder',
    path: '/k/core/v1/services?ns=shop',
    ready: async (page) => {
      await row(page, 'payments');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('pod');
    },
  },
];
