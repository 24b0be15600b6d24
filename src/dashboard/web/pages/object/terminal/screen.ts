// The terminal's screen: xterm, in the page's colours. Loaded when a terminal is opened.
import { effect } from '@preact/signals';
import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { systemClock } from '../../../../../kit/clock.ts';
import { isDark } from '../../../app/theme.ts';
import { withConstructedStyles } from './style-elements.ts';

/** Lines that one can scroll back to. */
const SCROLLBACK = 5_000;

const LIGHT: ITheme = {
  black: '#1f2328',
  red: '#c4242b',
  green: '#1a7f37',
  yellow: '#8a6100',
  blue: '#0a5fcc',
  magenta: '#8250df',
  cyan: '#0f7b8c',
  white: '#6b7280',
  brightBlack: '#57606a',
  brightRed: '#a40e26',
  brightGreen: '#136029',
  brightYellow: '#6b4a00',
  brightBlue: '#084a9e',
  brightMagenta: '#6639ba',
  brightCyan: '#0b5c69',
  brightWhite: '#24292f',
};

/** Custom properties hold both themes: what they are now, only an element knows. */
function colourOf(name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function themeNow(): ITheme {
  const background = colourOf('--panel');
  return {
    ...(isDark() ? {} : LIGHT),
    background,
    foreground: colourOf('--text'),
    cursor: colourOf('--accent'),
    cursorAccent: background,
    selectionBackground: isDark() ? '#3a4a66' : '#bcd3f5',
  };
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  write(data: string | Uint8Array): void;
  onInput(work: (text: string) => void): void;
  onSize(work: (columns: number, rows: number) => void): void;
  reset(): void;
  focus(): void;
  close(): void;
}

export function openScreen(place: HTMLElement): Screen {
  const terminal = new Terminal({
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono') || 'monospace',
    fontSize: 13,
    scrollback: SCROLLBACK,
    cursorBlink: true,
    theme: themeNow(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  const styles = withConstructedStyles(() => terminal.open(place));
  fit.fit();
  const sizes = new ResizeObserver(() => fit.fit());
  sizes.observe(place);
  const endTheme = effect(() => {
    isDark();
    // After the page's own colours have changed.
    systemClock.after(0, () => {
      terminal.options.theme = themeNow();
    });
  });
  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    write: (data) => terminal.write(data),
    onInput: (work) => void terminal.onData(work),
    onSize: (work) => void terminal.onResize(({ cols, rows }) => work(cols, rows)),
    reset: () => terminal.reset(),
    focus: () => terminal.focus(),
    close() {
      sizes.disconnect();
      endTheme();
      terminal.dispose();
      styles.remove();
    },
  };
}
