// URLs as Go's net/url reads them, as far as expressions can see the difference.

export interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly text: string;
}

/** Why a text is no URI of a request: absolute, or a path from the root. */
export class UrlError extends Error {}

/** Go's quoting of texts in messages. */
export const quoted = (text: string): string => JSON.stringify(text);

const fail = (text: string, why: string): never => {
  throw new UrlError(`parse ${quoted(text)}: ${why}`);
};

export function parseUrl(text: string, request: boolean): Url {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 127) fail(text, 'net/url: invalid control character in URL');
  }
  if (text === '' && request) fail(text, 'empty url');
  const hash = request ? -1 : text.indexOf('#');
  const whole = hash < 0 ? text : text.slice(0, hash);
  if (whole === '*') return { scheme: '', host: '', path: '*', query: '', text };
  const { scheme, rest } = splitScheme(text, whole);
  const question = rest.indexOf('?');
  const query = question < 0 ? '' : rest.slice(question + 1);
  let path = question < 0 ? rest : rest.slice(0, question);
  if (!path.startsWith('/')) {
    if (scheme !== '') return { scheme, host: '', path: '', query, text };
    if (request) fail(text, 'invalid URI for request');
    if (path.split('/', 1)[0]?.includes(':')) fail(text, 'first path segment in URL cannot contain colon');
  }
  let host = '';
  if ((scheme !== '' || (!request && !path.startsWith('///'))) && path.startsWith('//')) {
    const end = path.indexOf('/', 2);
    host = hostOf(text, path.slice(2, end < 0 ? undefined : end));
    path = end < 0 ? '' : path.slice(end);
  }
  checkEscapes(text, path);
  return { scheme, host, path, query, text };
}

function splitScheme(text: string, whole: string): { scheme: string; rest: string } {
  for (let i = 0; i < whole.length; i++) {
    const c = whole.charAt(i);
    if (/[a-zA-Z]/.test(c)) continue;
    if (/[0-9+.-]/.test(c)) {
      if (i === 0) break;
      continue;
    }
    if (c !== ':') break;
    if (i === 0) fail(text, 'missing protocol scheme');
    return { scheme: whole.slice(0, i).toLowerCase(), rest: whole.slice(i + 1) };
  }
  return { scheme: '', rest: whole };
}

function hostOf(text: string, authority: string): string {
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at)))
    fail(text, 'net/url: invalid userinfo');
  const host = authority.slice(at + 1);
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) fail(text, "missing ']' in host");
    checkPort(text, host.slice(end + 1));
  } else {
    const colon = host.lastIndexOf(':');
    if (colon >= 0) checkPort(text, host.slice(colon));
  }
  const wrong = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/.exec(host);
  if (wrong !== null) fail(text, `invalid character ${quoted(wrong[0])} in host name`);
  checkEscapes(text, host);
  return host;
}

function checkPort(text: string, port: string): void {
  if (!/^(?::\d*)?$/.test(port)) fail(text, `invalid port ${quoted(port)} after host`);
}

function checkEscapes(text: string, part: string): void {
  for (let i = part.indexOf('%'); i >= 0; i = part.indexOf('%', i + 1)) {
    const escape3 = part.slice(i, i + 3);
    if (!/^%[0-9a-fA-F]{2}$/.test(escape3)) fail(text, `invalid URL escape ${quoted(escape3)}`);
  }
}

export function hostName(host: string): string {
  if (host.startsWith('[')) return host.slice(1, host.lastIndexOf(']'));
  const colon = host.lastIndexOf(':');
  return colon < 0 ? host : host.slice(0, colon);
}

export function portOf(host: string): string {
  const rest = host.startsWith('[') ? host.slice(host.lastIndexOf(']') + 1) : host;
  const colon = rest.lastIndexOf(':');
  return colon < 0 ? '' : rest.slice(colon + 1);
}

/** The path as it is if it is well escaped, else escaped. */
export function escapedPath(path: string): string {
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]]*$/.test(path)) return path;
  const bytes = Buffer.from(decodePath(path));
  let result = '';
  for (const byte of bytes) {
    const c = String.fromCharCode(byte);
    result +=
      byte < 128 && /[A-Za-z0-9\-._~$&+,/:;=@]/.test(c)
        ? c
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The parameters; those that are not well-formed are left out. */
export function queryOf(query: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';')) continue;
    const equals = part.indexOf('=');
    const name = unescapeQuery(equals < 0 ? part : part.slice(0, equals));
    const value = unescapeQuery(equals < 0 ? '' : part.slice(equals + 1));
    if (name === undefined || value === undefined) continue;
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

function unescapeQuery(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
