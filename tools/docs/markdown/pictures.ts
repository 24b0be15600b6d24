// Pictures of pages. A drawing (SVG) becomes part of the page, so that it has the page's colours: its own are for whoever looks at the
// file alone.
import { escaped } from '../html.ts';

/** Files whose names end so have another one for dark pages. */
const LIGHT = /-light(\.\w+)$/;

export const darkOf = (path: string): string | undefined =>
  LIGHT.test(path) ? path.replace(LIGHT, '-dark$1') : undefined;

/** The drawing without its own colours. Throws for one that could do anything but be looked at. */
export function inlined(svg: string, description: string): string {
  if (/<script|<foreignObject|\son\w+=|href="(?!#)|url\((?!#)|@import/i.test(svg))
    throw new Error('a drawing may not run or load anything');
  const drawing = svg
    .replace(/<style>[\s\S]*?<\/style>\s*/, '')
    .replace(/aria-label="[^"]*"/, `aria-label="${escaped(description)}"`);
  return `<span class="drawing">${drawing.trim()}</span>`;
}

export const image = (source: string, description: string, only?: 'light' | 'dark'): string =>
  `<img src="${escaped(source)}" alt="${escaped(description)}" loading="lazy"${only ? ` class="only-${only}"` : ''}>`;
