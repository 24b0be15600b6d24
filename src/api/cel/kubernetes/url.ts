// url(), isURL() and the parts of URLs.

import { spendWork } from '../evaluate/budget.ts';
import { globalFunction, type Library, memberFunction } from '../library/declare.ts';
import { structType } from '../types/type.ts';
import { CelError, Entries, Items, ObjectValue, type Value } from '../values/value.ts';
import { escapedPath, hostName, parseUrl, portOf, queryOf, type Url, UrlError } from './url-text.ts';

const urlType = structType('kubernetes.URL');

class UrlValue extends ObjectValue {
  readonly url: Url;
  constructor(url: Url) {
    super();
    this.url = url;
  }
  get type(): typeof urlType {
    return urlType;
  }
  equals(other: Value): boolean {
    return other instanceof UrlValue && other.url.text === this.url.text;
  }
}

function parsed(text: string): Url | CelError {
  spendWork(text.length);
  try {
    parseUrl(text, true);
    return parseUrl(text, false);
  } catch (error) {
    if (error instanceof UrlError)
      return new CelError(`URL parse error during conversion from string: ${error.message}`);
    throw error;
  }
}

const read = (name: string, id: string, get: (url: Url) => string) =>
  memberFunction(name, id, 'kubernetes.URL -> string', (value: UrlValue) => get(value.url));

export const urlLibrary: Library = [
  globalFunction('url', 'string_to_url', 'string -> kubernetes.URL', (text: string) => {
    const url = parsed(text);
    return url instanceof CelError ? url : new UrlValue(url);
  }),
  globalFunction(
    'isURL',
    'is_url_string',
    'string -> bool',
    (text: string) => !(parsed(text) instanceof CelError),
  ),
  read('getScheme', 'url_get_scheme', (url) => url.scheme),
  read('getHost', 'url_get_host', (url) => url.host),
  read('getHostname', 'url_get_hostname', (url) => hostName(url.host)),
  read('getPort', 'url_get_port', (url) => portOf(url.host)),
  read('getEscapedPath', 'url_get_escaped_path', (url) => escapedPath(url.path)),
  memberFunction(
    'getQuery',
    'url_get_query',
    'kubernetes.URL -> map(string, list(string))',
    (value: UrlValue) =>
      Entries.of([...queryOf(value.url.query)].map(([name, values]) => [name, new Items(values)])),
  ),
];
