// WWW-Authenticate as registries send it: `Bearer realm="…",service="…",scope="…"` or `Basic realm="…"`. Pure.

export interface Challenge {
  /** In small letters. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const LONGEST = 4_096;

/** The first challenge that can be answered; undefined where there is none. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  if (!header || header.length > LONGEST) return undefined;
  const space = header.indexOf(' ');
  const scheme = (space < 0 ? header : header.slice(0, space)).toLowerCase();
  if (scheme !== 'bearer' && scheme !== 'basic') return undefined;
  return { scheme, parameters: space < 0 ? {} : parametersOf(header.slice(space + 1)) };
}

/** `name=token` and `name="quoted"`, with commas between. */
function parametersOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    if (equals < 0) break;
    const name = text
      .slice(at, equals)
      .replace(/^[\s,]+/, '')
      .trim()
      .toLowerCase();
    const quoted = text[equals + 1] === '"';
    const { value, end } = quoted ? quotedAt(text, equals + 2) : tokenAt(text, equals + 1);
    if (/^[a-z]{1,32}$/.test(name)) found[name] = value;
    at = end;
  }
  return found;
}

function quotedAt(text: string, start: number): { value: string; end: number } {
  let value = '';
  for (let i = start; i < text.length; i++) {
    if (text[i] === '"') return { value, end: i + 1 };
    if (text[i] === '\\') i++;
    value += text[i] ?? '';
  }
  return { value, end: text.length };
}

function tokenAt(text: string, start: number): { value: string; end: number } {
  const comma = text.indexOf(',', start);
  const end = comma < 0 ? text.length : comma;
  return { value: text.slice(start, end).trim(), end };
}
