// Texts of objects on a terminal: nothing in them may act on it.

/** Escape sequences and carriage returns as visible characters. */
export const escapeTerminal = (text: string): string =>
  text.includes('\x1b') || text.includes('\r') ? text.replaceAll('\x1b', '^[').replaceAll('\r', '\\r') : text;
