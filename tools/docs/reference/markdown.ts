// Small pieces of Markdown for generated pages.

/** Text for a cell of a table, or between them. */
export const plain = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]|]/g, '\\$&');

export const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``;

export const paragraphs = (...parts: readonly (string | undefined | false)[]): string =>
  `${parts.filter(Boolean).join('\n\n')}\n`;
