// Above every page: the namespace that is looked at, finding, theme, who one is.
import { computed } from '@preact/signals';
import type { Namespace } from '../../../../api/kinds/core/v1/namespace.ts';
import { useLive } from '../../api/live.ts';
import { logOut, who } from '../../api/session.ts';
import { Icon } from '../../pieces/icons.tsx';
import { Menu } from '../../pieces/menu.tsx';
import { namespaceChoice, setQuery } from '../route.ts';
import { nextTheme, theme } from '../theme.ts';
import { finderOpen } from './finder.tsx';
import { helpOpen } from './help.tsx';
import { sidebarOpen } from './sidebar.tsx';

const THEMES = { system: 'as the system', light: 'light', dark: 'dark' } as const;

export function TopBar() {
  const me = who.value;
  return (
    <header class="top-bar">
      <button
        type="button"
        class="icon-button only-narrow"
        aria-label="Pages"
        aria-expanded={sidebarOpen.value}
        onClick={() => {
          sidebarOpen.value = !sidebarOpen.value;
        }}
      >
        <Icon name="menu" />
      </button>
      <NamespaceChooser />
      <button
        type="button"
        class="finder-button"
        onClick={() => {
          finderOpen.value = true;
        }}
      >
        <Icon name="search" />
        <span>Find a page or kind</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div class="top-bar-end">
        <button
          type="button"
          class="icon-button wide-only"
          aria-label="Keys"
          title="Keys (?)"
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          <Icon name="help" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={`Theme: ${THEMES[theme.value]}`}
          title={`Theme: ${THEMES[theme.value]}`}
          onClick={nextTheme}
        >
          <Icon name={theme.value === 'system' ? 'half' : theme.value === 'dark' ? 'moon' : 'sun'} />
        </button>
        <Menu
          label={`Logged in as ${me?.as ?? me?.user ?? ''}`}
          items={[{ label: 'Log out', run: () => void logOut() }]}
        >
          <Icon name="user" />
          <span class="user-name">{me?.as ?? me?.user}</span>
        </Menu>
      </div>
    </header>
  );
}

function NamespaceChooser() {
  const { items, state } = useLive<Namespace>('/api/v1/namespaces');
  const names = computed(() => items.value.map(({ metadata }) => metadata?.name ?? '').sort());
  const chosen = namespaceChoice.value;
  // Who may not list namespaces writes the name of one.
  if (state.value === 'refused')
    return (
      <input
        class="namespace"
        placeholder="Namespace"
        aria-label="Namespace"
        value={chosen}
        onChange={(event) => setQuery({ ns: event.currentTarget.value.trim() })}
      />
    );
  return (
    <select
      class="namespace"
      aria-label="Namespace"
      value={chosen}
      onChange={(event) => setQuery({ ns: event.currentTarget.value })}
    >
      <option value="">All namespaces</option>
      {chosen && !names.value.includes(chosen) && <option value={chosen}>{chosen}</option>}
      {names.value.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
