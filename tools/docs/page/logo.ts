// The helm of a ship: Tiphys was the helmsman of the Argo.

const spokes = [0, 45, 90, 135]
  .map((angle) => `<path d="M16 1.5V30.5" transform="rotate(${angle} 16 16)"/>`)
  .join('');

export const LOGO = `<svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><g fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"><circle cx="16" cy="16" r="9.2"/><circle cx="16" cy="16" r="3"/>${spokes}</g></svg>`;

export const ICON = LOGO.replace('<svg class="logo"', '<svg xmlns="http://www.w3.org/2000/svg"').replace(
  'currentColor',
  '#2f7fd6',
);
