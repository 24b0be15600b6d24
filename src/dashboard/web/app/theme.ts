// Dark or light: as the system has it, until the user chooses.
import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const STORED = 'tiphys-dashboard-theme';

const stored = localStorage.getItem(STORED);

export const theme = signal<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system');

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(prefersDark.matches);
prefersDark.addEventListener('change', ({ matches }) => {
  systemDark.value = matches;
});

/** For what draws by itself: charts, the editor, the terminal. */
export const isDark = (): boolean => (theme.value === 'system' ? systemDark.value : theme.value === 'dark');

/** Once, at the start. */
export function followTheme(): void {
  theme.subscribe((chosen) => {
    if (chosen === 'system') {
      localStorage.removeItem(STORED);
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem(STORED, chosen);
      document.documentElement.dataset.theme = chosen;
    }
  });
}

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

export function nextTheme(): void {
  theme.value = NEXT[theme.value];
}
