// The page that a browser is started with: it leads on to the address that logs in. Other users of the machine see the words that programs
// are started with; a file of the user's own they cannot read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface OpeningPage {
  /** file:///… */
  readonly url: string;
  remove(): void;
}

/** `address`: without characters that mean something in HTML. */
export function openingPage(address: string): OpeningPage {
  // Only its owner may enter a directory that mkdtemp has made.
  const directory = mkdtempSync(join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), 'tiphys-dashboard-'));
  const file = join(directory, 'open.html');
  const head = `<meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${address}">`;
  const text = `<!doctype html>${head}<title>Tiphys</title><a href="${address}">The dashboard</a>\n`;
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  return {
    url: pathToFileURL(file).href,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
