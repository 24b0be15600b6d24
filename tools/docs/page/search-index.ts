// The index for the search, made when the site is built and read by the browser when somebody searches: a script, as pages that were
// opened as files may read no other file.
import MiniSearch from 'minisearch';
import { INDEX_OPTIONS, type SearchDocument } from '../browser/search-options.ts';
import type { Section } from '../markdown/render.ts';

/** What is shown of a section's text. */
const SHOWN_CHARACTERS = 150;

export interface IndexedPage {
  readonly title: string;
  readonly output: string;
  readonly sections: readonly Section[];
}

const documentsOf = (pages: readonly IndexedPage[]): SearchDocument[] =>
  pages.flatMap(({ title, output, sections }) =>
    sections.map(({ heading, text }) => ({
      id: heading.level === 1 ? output : `${output}#${heading.id}`,
      title,
      heading: heading.text,
      text,
      start: text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS).trim()}…` : text.trim(),
    })),
  );

export function searchIndex(pages: readonly IndexedPage[]): string {
  const index = new MiniSearch<SearchDocument>(INDEX_OPTIONS);
  // Of two headings with one name on a page, the ids differ; one page may yet be listed twice.
  const documents = new Map(documentsOf(pages).map((document) => [document.id, document]));
  index.addAll([...documents.values()]);
  return JSON.stringify(index);
}

/** Text in a script: what would end it, or is no JavaScript, is written as an escape. */
export const indexScript = (index: string): string =>
  `globalThis.tiphysSearchIndex = ${JSON.stringify(index).replaceAll('<', '\\u003c')};\n`;
