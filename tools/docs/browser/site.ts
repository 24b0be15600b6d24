// What a page can do besides being read: another theme, copying, the menu of small screens, the search, and keys for all of it.
import { openSearch, startSearch } from './search.ts';

const root = document.documentElement;

function switchTheme(): void {
  const now = root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  const next = now === 'dark' ? 'light' : 'dark';
  root.dataset.theme = next;
  try {
    localStorage.setItem('theme', next);
  } catch {
    // Kept for this page only.
  }
}

/** What is to be typed: of a console the commands alone. */
function copiedText(figure: Element): string {
  const code = figure.querySelector('code');
  if (!code) return '';
  if (figure.getAttribute('data-language') !== 'console') return code.textContent ?? '';
  return [...code.querySelectorAll('.typed')].map((line) => line.textContent).join('\n');
}

function addCopyButtons(): void {
  if (!navigator.clipboard) return;
  for (const figure of document.querySelectorAll('figure.code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(copiedText(figure)).then(
        () => {
          button.textContent = 'Copied';
          setTimeout(() => {
            button.textContent = 'Copy';
          }, 1500);
        },
        () => {
          button.textContent = 'Not allowed';
        },
      );
    });
    figure.append(button);
  }
}

function startMenu(): void {
  const button = document.querySelector<HTMLButtonElement>('button.menu');
  const navigation = document.querySelector('.navigation');
  button?.addEventListener('click', () => {
    const open = navigation?.classList.toggle('open') ?? false;
    button.setAttribute('aria-expanded', String(open));
  });
  navigation?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  scrollTo(0, scrollY);
}

const turnTo = (rel: string) => document.querySelector<HTMLAnchorElement>(`.turns a[rel=${rel}]`)?.click();

const KEYS: Readonly<Record<string, () => void>> = {
  '/': openSearch,
  s: openSearch,
  t: switchTheme,
  n: () => turnTo('next'),
  p: () => turnTo('prev'),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const place = event.target;
  if (place instanceof HTMLElement && place.closest('input, textarea, select, dialog')) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.querySelector('button.theme')?.addEventListener('click', switchTheme);
document.querySelector('button.search-open')?.addEventListener('click', openSearch);
startMenu();
addCopyButtons();
startSearch();
