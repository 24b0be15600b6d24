// The search: its index is loaded when it is opened for the first time.
import MiniSearch from 'minisearch';
import { INDEX_OPTIONS, type SearchDocument } from './search-options.ts';

declare global {
  var tiphysSearchIndex: string | undefined;
}

const MOST_RESULTS = 20;
const root = document.documentElement.dataset.root ?? '';
let loading: Promise<MiniSearch<SearchDocument>> | undefined;
let chosen = 0;

function loadIndex(): Promise<MiniSearch<SearchDocument>> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}search-index.js`;
    script.onload = () =>
      resolve(MiniSearch.loadJSON<SearchDocument>(tiphysSearchIndex ?? '', INDEX_OPTIONS));
    script.onerror = () => reject(new Error('the index cannot be loaded'));
    document.head.append(script);
  });
  return loading;
}

const box = () => document.querySelector<HTMLDialogElement>('dialog.search');
const results = () => [...document.querySelectorAll<HTMLLIElement>('dialog.search li')];

function choose(index: number): void {
  const all = results();
  chosen = Math.max(0, Math.min(index, all.length - 1));
  for (const [i, one] of all.entries()) one.setAttribute('aria-selected', String(i === chosen));
  all[chosen]?.scrollIntoView({ block: 'nearest' });
}

function part(name: string, kind: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.className = kind;
  element.textContent = text;
  return element;
}

function resultItem(id: string, title: string, heading: string, start: string): HTMLLIElement {
  const item = document.createElement('li');
  item.setAttribute('role', 'option');
  const link = document.createElement('a');
  link.href = root + id;
  link.tabIndex = -1;
  link.append(
    part('span', 'page', heading === title ? title : `${title} › ${heading}`),
    part('span', 'start', start),
  );
  link.addEventListener('click', () => box()?.close());
  item.append(link);
  return item;
}

async function search(text: string): Promise<void> {
  const list = document.querySelector('dialog.search ul');
  if (!list) return;
  const index = await loadIndex();
  const strict = index.search(text);
  const found = strict.length > 0 ? strict : index.search(text, { combineWith: 'OR' });
  const items = found
    .slice(0, MOST_RESULTS)
    .map((one) => resultItem(String(one.id), String(one.title), String(one.heading), String(one.start)));
  if (items.length === 0 && text.trim()) list.replaceChildren(part('li', 'nothing', 'Nothing found'));
  else list.replaceChildren(...items);
  choose(0);
}

export function openSearch(): void {
  const dialog = box();
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector('input')?.select();
  loadIndex().catch(() => undefined);
}

export function startSearch(): void {
  const dialog = box();
  const input = dialog?.querySelector('input');
  if (!dialog || !input) return;
  input.addEventListener('input', () => {
    search(input.value).catch((error: unknown) => {
      dialog.querySelector('ul')?.replaceChildren(part('li', 'nothing', String(error)));
    });
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') choose(chosen + 1);
    else if (event.key === 'ArrowUp') choose(chosen - 1);
    else if (event.key === 'Enter') results()[chosen]?.querySelector('a')?.click();
    else return;
    event.preventDefault();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}
