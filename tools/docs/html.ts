// Text in HTML.

const NAMES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** For text and for values in double quotation marks. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => NAMES[sign]!);
