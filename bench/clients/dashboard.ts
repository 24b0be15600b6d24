// The dashboard: bytes of its page, milliseconds until something is seen, a list of ten thousand pods, and memory of the control plane
// before and after it was opened.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/kit/clock.ts';
import { type Page, startBrowser } from '../../test/browser/support/browser.ts';
import { startDashboard } from '../../test/browser/support/dashboard-process.ts';
import { createPods } from '../../test/browser/support/many-pods.ts';
import { repository, startTestCluster } from '../../test/support/cluster.ts';
import { figure, median, percentile } from '../support/figure.ts';
import { residentBytes } from '../support/processes.ts';

const PODS = 10_000;
const ROUNDS = 5;
/** Screens that are scrolled, a frame each. */
const FRAMES = 200;
const MIB = 1024 * 1024;

/** Runs in the page: scrolls by almost a screen each frame, and gives the milliseconds between frames. */
const SCROLL = `new Promise((resolve) => {
  const table = document.querySelector('[data-table]');
  const times = [];
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    table.scrollTop += 700;
    if (times.length < ${FRAMES}) requestAnimationFrame(step);
    else resolve(times.slice(1));
  };
  requestAnimationFrame(step);
})`;

const cluster = await startTestCluster({ name: 'tph-bench-dashboard' });
const browser = await startBrowser();

/** Of the files that the page's list names, in Brotli. */
function sizes(): void {
  const folder = join(repository, 'dist/dashboard');
  const list = Object.keys(JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8')));
  const size = (name: string) => statSync(join(folder, `${name}.br`)).size;
  const page = readFileSync(join(folder, 'index.html.br'));
  figure('dashboard: all files, compressed', list.reduce((sum, name) => sum + size(name), 0) / 1024, 'KiB');
  figure('dashboard: files', list.length, 'files');
  figure('dashboard: the page itself, compressed', page.length, 'bytes');
  if (readdirSync(folder).length === 0) throw new Error('there is no page');
}

/** A new browser profile each time: nothing is cached. Until the list of nodes has a row, with login by a code. */
async function firstViews(): Promise<void> {
  const times: number[] = [];
  const again: number[] = [];
  const bytes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const one = await startDashboard(cluster.env, '--name', cluster.name);
    const context = await browser.context();
    const page = await context.newPage();
    let received = 0;
    page.on('response', async (response) => {
      received += Number((await response.allHeaders())['content-length'] ?? 0);
    });
    const url = one.url.replace('/dashboard/#', '/dashboard/k/core/v1/nodes#');
    times.push(await until(page, () => page.goto(url, { waitUntil: 'commit' })));
    bytes.push(received / 1024);
    again.push(await until(page, () => page.reload({ waitUntil: 'commit' })));
    await context.close();
    await one.stop();
  }
  figure('dashboard: first view, nothing cached, with login', median(times), 'ms');
  figure('dashboard: first view, files cached', median(again), 'ms');
  figure('dashboard: bytes of the first view', median(bytes), 'KiB');
}

async function until(page: Page, act: () => Promise<unknown>): Promise<number> {
  const from = systemClock.monotonic();
  await act();
  await page.locator('.vt-row').first().waitFor();
  return systemClock.monotonic() - from;
}

async function longList(): Promise<void> {
  const one = await startDashboard(cluster.env, '--name', cluster.name);
  const context = await browser.context();
  const page = await context.newPage();
  await page.goto(one.url.replace('/dashboard/#', '/dashboard/k/core/v1/nodes#'));
  await page.locator('.vt-row').first().waitFor();
  const from = systemClock.monotonic();
  await page.getByRole('link', { name: 'Pods', exact: true }).click();
  await page.getByRole('row', { name: 'pod-1', exact: false }).first().waitFor();
  await page.locator('.vt-row').first().waitFor();
  figure('dashboard: ten thousand pods, first rows', systemClock.monotonic() - from, 'ms');
  await page.locator(`[data-count="${PODS}"]`).waitFor();
  figure('dashboard: ten thousand pods, all rows', systemClock.monotonic() - from, 'ms');
  const frames = await page.evaluate<number[]>(SCROLL);
  figure('dashboard: frame while scrolling, p50', median(frames), 'ms');
  figure('dashboard: frame while scrolling, p95', percentile(frames, 0.95), 'ms');
  const typed = systemClock.monotonic();
  await page.getByRole('searchbox').fill('pod-777');
  await page.getByText(`11 of ${PODS}`).waitFor();
  figure('dashboard: ten thousand pods filtered', systemClock.monotonic() - typed, 'ms');
  await context.close();
  await one.stop();
}

try {
  sizes();
  const before = residentBytes(cluster.processes().controlPlane) / MIB;
  figure('dashboard: control plane before it is opened', before, 'MiB');
  const dashboard = await startDashboard(cluster.env, '--name', cluster.name);
  await firstViews();
  figure(
    'dashboard: control plane after first views',
    residentBytes(cluster.processes().controlPlane) / MIB,
    'MiB',
  );
  await createPods(cluster.env.KUBECONFIG!, 'default', PODS);
  await longList();
  figure(
    'dashboard: control plane with ten thousand pods seen',
    residentBytes(cluster.processes().controlPlane) / MIB,
    'MiB',
  );
  await dashboard.stop();
} finally {
  await browser.close();
  await cluster.down();
}
