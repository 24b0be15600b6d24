// Icons, drawn by lines in the colour of the text.

const PATHS = {
  helm: 'M12 3v18M3 12h18M5.6 5.6l12.8 12.8M18.4 5.6 5.6 18.4M12 6.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Zm0 3.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6Z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm4.7 11.2L20 20',
  help: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM9.5 9.4a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.8M12 16.7v.1',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.2A8.3 8.3 0 0 1 9.8 4 8.3 8.3 0 1 0 20 14.2Z',
  half: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Zm0 0v17M15 5v14M18 7.5v9',
  user: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.5 20c1-3.6 4-5.2 7.5-5.2s6.5 1.6 7.5 5.2',
  right: 'm9 5 7 7-7 7',
  down: 'm5 9 7 7 7-7',
  close: 'M5 5l14 14M19 5 5 19',
  refresh: 'M20 5v5h-5M4 19v-5h5M5.5 9.5A7 7 0 0 1 19 8.5M18.5 14.5A7 7 0 0 1 5 15.5',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  warning: 'M12 4 2.8 20h18.4L12 4Zm0 6v5m0 2.6v.1',
  check: 'm5 12.5 4.5 4.5L19 7',
  play: 'M7 5v14l11-7L7 5Z',
  pause: 'M8 5v14M16 5v14',
  download: 'M12 4v11m-4.5-4 4.5 4.5 4.5-4.5M5 20h14',
  copy: 'M9 9h10v11H9V9Zm-4 6V4h10',
  edit: 'm4 20 1-4L16.5 4.5l3 3L8 19l-4 1Z',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  terminal: 'M4 5h16v14H4V5Zm3.5 4.5L10 12l-2.5 2.5M12.5 14.5H16',
  logs: 'M5 6h14M5 10h10M5 14h14M5 18h8',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1-1',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg
    class="icon"
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.7"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
);
