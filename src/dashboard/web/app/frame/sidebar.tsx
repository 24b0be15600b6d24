// The navigation: pages and kinds by group. On narrow screens it slides in.
import { signal } from '@preact/signals';
import { kinds } from '../../api/discovery.ts';
import { Icon } from '../../pieces/icons.tsx';
import { BASE, listHref } from '../links.ts';
import { kindsOfGroup } from '../navigation.ts';
import { GROUPS, type Group } from '../page.ts';
import { pages } from '../pages.ts';
import { route } from '../route.ts';

export const sidebarOpen = signal(false);

interface Entry {
  readonly href: string;
  readonly title: string;
}

const entriesOf = (group: Group): Entry[] => [
  ...pages.flatMap(({ group: of, title, path }) => (of === group ? [{ href: `${BASE}${path}`, title }] : [])),
  ...kindsOfGroup(group, kinds.value).map(({ kind, title }) => ({ href: listHref(kind), title })),
];

export function Sidebar() {
  const here = `${BASE}${route.value.path}`;
  const close = () => {
    sidebarOpen.value = false;
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the shade behind the navigation */}
      <div class="shade" onClick={close} />
      <nav
        class="sidebar"
        aria-label="Pages"
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
        }}
      >
        <a class="brand" href={`${BASE}/`}>
          <Icon name="helm" />
          Tiphys
        </a>
        <div class="sidebar-groups">
          {GROUPS.map((group) => {
            const entries = entriesOf(group);
            if (entries.length === 0) return null;
            return (
              <section key={group}>
                <h2>{group}</h2>
                <ul>
                  {entries.map(({ href, title }) => (
                    <li key={href}>
                      <a href={href} aria-current={isHere(here, href) ? 'page' : undefined}>
                        {title}
                      </a>
                    </li>
                  ))}
                </ul>
              </section>
            );
          })}
        </div>
      </nav>
    </>
  );
}

/** Objects belong to the list of their kind. */
const isHere = (here: string, href: string): boolean =>
  here === href.replace(/\/$/, '') ||
  `${here}` === href ||
  (here.replace(`${BASE}/o/`, `${BASE}/k/`).startsWith(`${href}/`) && href !== `${BASE}/`);
