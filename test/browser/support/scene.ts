// One cluster, one browser and `tiphys dashboard` for all suites of the dashboard.
import type { BrowserContextOptions } from 'playwright-core';
import { startTestCluster, type TestCluster } from '../../support/cluster.ts';
import { type Browser, type Page, startBrowser, troublesOf } from './browser.ts';
import { type DashboardProcess, startDashboard } from './dashboard-process.ts';

export interface ScenePage {
  readonly page: Page;
  /** What went wrong in it. */
  readonly troubles: readonly string[];
  /** Opens a path below /dashboard, in a page that is logged in already. */
  open(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface Scene {
  readonly cluster: TestCluster;
  readonly browser: Browser;
  /** http://127.0.0.1:PORT, where the administrator's `tiphys dashboard` listens. */
  readonly origin: string;
  /** Logged in as the cluster's administrator. */
  page(options?: BrowserContextOptions): Promise<ScenePage>;
  /** Logged in by a token, with the rights of its owner. */
  pageWithToken(token: string, options?: BrowserContextOptions): Promise<ScenePage>;
  end(): Promise<void>;
}

export async function startScene(name: string, flags: string[] = []): Promise<Scene> {
  const [cluster, browser] = await Promise.all([startTestCluster({ name, flags }), startBrowser()]);
  let dashboard: DashboardProcess | undefined;
  try {
    dashboard = await startDashboard(cluster.env, '--name', name);
  } catch (error) {
    await Promise.all([browser.close(), cluster.down()]);
    throw error;
  }
  const { origin, stop, url } = dashboard;
  const state = await adminState(browser, url);
  const scenePage = async (options: BrowserContextOptions): Promise<ScenePage> => {
    const context = await browser.context(options);
    const page = await context.newPage();
    const troubles = troublesOf(page);
    return {
      page,
      troubles,
      open: async (path) => void (await page.goto(`${origin}/dashboard${path}`)),
      close: () => context.close(),
    };
  };
  return {
    cluster,
    browser,
    origin,
    async page(options = {}) {
      const opened = await scenePage({ storageState: { cookies: state.cookies, origins: [] }, ...options });
      // The policy of the page keeps the library from writing its storage by itself.
      await opened.page.addInitScript(({ name, key }) => localStorage.setItem(name, key ?? ''), {
        name: KEY,
        key: state.key,
      });
      return opened;
    },
    async pageWithToken(token, options = {}) {
      const opened = await scenePage(options);
      await opened.open('/');
      await opened.page.getByRole('textbox').fill(token);
      await opened.page.getByRole('button', { name: 'Log in' }).click();
      await opened.page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'attached' });
      return opened;
    },
    async end() {
      await Promise.all([browser.close(), stop()]);
      await cluster.down();
    },
  };
}

/** Where the page keeps the key of its session. */
const KEY = 'tiphys-dashboard-key';

/** The cookies, and the key, of a browser that has logged in by the code. */
async function adminState(browser: Browser, url: string) {
  const context = await browser.context();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  const key = await page.evaluate((name) => localStorage.getItem(name), KEY);
  const { cookies } = await context.storageState();
  await context.close();
  return { cookies, key };
}
