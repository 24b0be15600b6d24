// How sections of HAProxy's configuration are laid out.

export const section = (title: string, lines: readonly string[]): string =>
  `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;

/** HAProxy reads at most 64 words of a line. */
const PER_LINE = 32;

export function chunks(values: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let i = 0; i < values.length; i += PER_LINE) found.push(values.slice(i, i + PER_LINE));
  return found;
}

/** An address and a port to bind or to connect to. */
export const socketOf = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
