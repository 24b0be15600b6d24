// The frame of each page: head, search, navigation, the way here, the page's own headings, the pages before and after.
import { escaped } from '../html.ts';
import type { Heading } from '../markdown/render.ts';
import { LOGO } from './logo.ts';

export interface Entry {
  readonly title: string;
  /** Of the file in the site. */
  readonly output: string;
}

export interface NavigationSection {
  readonly title: string;
  readonly closed: boolean;
  readonly entries: readonly Entry[];
}

export interface PageParts {
  readonly title: string;
  readonly output: string;
  /** Of the page's own content. */
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly section?: string;
  readonly previous?: Entry;
  readonly next?: Entry;
  readonly description: string;
}

/** Nothing runs but the site's own two scripts, and nothing is asked of anybody else. */
export const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

const link = (root: string, { title, output }: Entry, here: string): string =>
  `<li><a href="${root}${output}"${output === here ? ' aria-current="page"' : ''}>${escaped(title)}</a></li>`;

const navigationOf = (root: string, sections: readonly NavigationSection[], here: string): string =>
  sections
    .map(({ title, closed, entries }) => {
      const open = !closed || entries.some(({ output }) => output === here);
      const items = entries.map((entry) => link(root, entry, here)).join('');
      return `<details${open ? ' open' : ''}><summary>${escaped(title)}</summary><ul>${items}</ul></details>`;
    })
    .join('\n');

function contentsOf(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return '';
  const items = shown.map(
    ({ level, id, text }) => `<li class="level-${level}"><a href="#${escaped(id)}">${escaped(text)}</a></li>`,
  );
  return `<nav class="contents" aria-label="On this page"><p>On this page</p><ul>${items.join('')}</ul></nav>`;
}

const turn = (root: string, rel: 'prev' | 'next', entry: Entry | undefined): string =>
  entry
    ? `<a rel="${rel}" href="${root}${entry.output}"><small>${rel === 'prev' ? 'Previous' : 'Next'}</small>${escaped(entry.title)}</a>`
    : '<span></span>';

export const rootOf = (output: string): string => '../'.repeat(output.split('/').length - 1);

/** The whole file. */
export function pageHtml(page: PageParts, sections: readonly NavigationSection[]): string {
  const root = rootOf(page.output);
  const home = page.output === 'index.html';
  const trail = page.section
    ? `<nav class="trail" aria-label="Breadcrumbs"><a href="${root}index.html">Tiphys</a> <span>${escaped(page.section)}</span> <span aria-current="page">${escaped(page.title)}</span></nav>`
    : '';
  const turns = home
    ? ''
    : `<nav class="turns" aria-label="Pages before and after">${turn(root, 'prev', page.previous)}${turn(root, 'next', page.next)}</nav>`;
  return `<!doctype html>
<html lang="en" data-root="${root}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escaped(page.description)}">
<title>${escaped(home ? page.title : `${page.title} – Tiphys`)}</title>
<link rel="icon" href="${root}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}site.css">
<script src="${root}theme.js"></script>
<script src="${root}site.js" defer></script>
</head>
<body${home ? ' class="home"' : ''}>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="${root}index.html">${LOGO}<span>Tiphys</span></a>
<button type="button" class="search-open" aria-keyshortcuts="/"><span>Search</span><kbd>/</kbd></button>
<button type="button" class="theme" aria-label="Dark or light"></button>
<button type="button" class="menu" aria-expanded="false" aria-controls="navigation">Menu</button>
</header>
<div class="frame">
<nav id="navigation" class="navigation" aria-label="All pages">
${navigationOf(root, sections, page.output)}
</nav>
<main id="content" tabindex="-1">
${trail}
<article>
${page.html}
</article>
${turns}
</main>
${contentsOf(page.headings)}
</div>
<dialog class="search" aria-label="Search">
<input type="search" placeholder="Search the documentation" aria-label="Search the documentation" autocomplete="off" spellcheck="false">
<ul role="listbox" aria-label="Results"></ul>
<p class="hint"><kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> opens · <kbd>Esc</kbd> closes</p>
</dialog>
</body>
</html>
`;
}
