// The names in a certificate as Node.js writes them: `DNS:a, URI:b`. A value that could be taken for the end of an entry is a JSON string
// there, so that `x, URI:b` inside of one is not a name.

export interface AlternativeName {
  readonly kind: string;
  readonly value: string;
}

export function alternativeNames(text: string): AlternativeName[] {
  const found: AlternativeName[] = [];
  for (let at = 0; at < text.length; ) {
    const colon = text.indexOf(':', at);
    if (colon < 0) break;
    const end = text[colon + 1] === '"' ? closingQuote(text, colon + 1) + 1 : endOf(text, colon);
    const value = text.slice(colon + 1, end);
    found.push({ kind: text.slice(at, colon), value: value.startsWith('"') ? unquoted(value) : value });
    at = end + 2;
  }
  return found;
}

const endOf = (text: string, from: number): number => {
  const comma = text.indexOf(', ', from);
  return comma < 0 ? text.length : comma;
};

function closingQuote(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++)
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  return text.length;
}

function unquoted(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return '';
  }
}
