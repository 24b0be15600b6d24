// Where the user is: the path below /dashboard and its query. Links within the dashboard change it without loading the page again.
import { computed, signal } from '@preact/signals';
import { BASE } from './links.ts';

export interface Route {
  /** Begins with `/`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const here = (): Route => ({
  path: location.pathname.slice(BASE.length).replace(/\/$/, '') || '/',
  query: new URLSearchParams(location.search),
});

export const route = signal<Route>(here());

/** The namespace that is looked at; empty for all. */
export const namespaceChoice = computed(() => route.value.query.get('ns') ?? '');

/** `href` begins with /dashboard/. The chosen namespace goes along unless the address says otherwise. */
export function navigate(href: string, { replace = false } = {}): void {
  const url = new URL(href, location.href);
  const namespace = namespaceChoice.peek();
  if (namespace && !url.searchParams.has('ns')) url.searchParams.set('ns', namespace);
  const target = `${url.pathname}${url.search}`;
  if (replace) history.replaceState(null, '', target);
  else history.pushState(null, '', target);
  route.value = here();
}

/** Changes parameters of this page; undefined or an empty text removes one. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  history.replaceState(null, '', location.pathname + (text ? `?${text}` : ''));
  route.value = here();
}

/** Once, at the start. */
export function followLinks(): void {
  addEventListener('popstate', () => {
    route.value = here();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.origin !== location.origin) return;
    if (!link.pathname.startsWith(`${BASE}/`)) return;
    event.preventDefault();
    navigate(link.href);
  });
}
