// Makes the pictures of the dashboard for docs/: a small shop with troubles, on one node and simulated ones, photographed page by page, light and dark.
// `npm run pictures`; words choose pictures by their names. Each is at most 150 KB.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '../../test/browser/support/browser.ts';
import { startScene } from '../../test/browser/support/scene.ts';
import { shop } from '../../test/browser/support/shop.ts';
import { repository } from '../../test/support/cluster.ts';
import { pictures } from './pictures.ts';

const MOST_BYTES = 150 * 1024;
/** On a machine that has other work, too. */
const PATIENCE_MS = 60_000;
const folder = join(repository, 'docs/pictures');
const wanted = process.argv.slice(2);

const scene = await startScene('tph-pictures', ['--simulated-nodes', '6']);
try {
  mkdirSync(folder, { recursive: true });
  await scene.cluster.kubectlWith(shop, 'apply', '-f', '-');
  for (const picture of pictures) {
    if (wanted.length > 0 && !wanted.includes(picture.name)) continue;
    for (const theme of picture.themes ?? (['light', 'dark'] as const)) {
      const { page, open, close } = await scene.page({
        colorScheme: theme,
        viewport: picture.size ?? { width: 1280, height: 800 },
      });
      page.setDefaultTimeout(PATIENCE_MS);
      await open(picture.path);
      await picture.ready(page);
      // What is still moving.
      await page.waitForTimeout(400);
      save(`${picture.name}-${theme}`, await photograph(page));
      await close();
    }
  }
} finally {
  await scene.end();
}

/** WebP: a third of a PNG. */
async function photograph(page: Page): Promise<Buffer> {
  const devTools = await page.context().newCDPSession(page);
  const { data } = await devTools.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
  return Buffer.from(data, 'base64');
}

function save(name: string, bytes: Buffer): void {
  if (bytes.length > MOST_BYTES)
    throw new Error(`${name} has ${bytes.length} bytes, more than ${MOST_BYTES}`);
  writeFileSync(join(folder, `${name}.webp`), bytes);
  console.error(`docs/pictures/${name}.webp: ${Math.round(bytes.length / 1024)} KB`);
}
