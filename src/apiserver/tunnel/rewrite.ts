// Rewrites Location headers and links of HTML pages from a proxied server: its own paths get the proxy's path as a prefix, so
// that a browser finds them through the API server. Pure. Called by proxy-request.ts.
// Upstream: staging/src/k8s.io/apimachinery/pkg/util/proxy/transport.go.

export interface ProxyPlace {
  /** The API server's path in front of the proxied one, e.g. /api/v1/namespaces/x/services/y/proxy. */
  prefix: string;
  /** Hosts whose absolute links are rewritten: the backend's own, and the one that the caller used. */
  hosts: readonly string[];
}

const URL_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/;

export function rewriteUrl(text: string, place: ProxyPlace): string {
  const [, scheme, host, path = '', rest = ''] = URL_PARTS.exec(text) ?? [];
  if (scheme && host === undefined) return text;
  if (host && !place.hosts.includes(host)) return text;
  if (!path.startsWith('/')) return text;
  if (path === place.prefix || path.startsWith(`${place.prefix}/`)) return path + rest;
  return place.prefix + path + rest;
}

/** Attributes that contain a URL, in any element. */
const URL_ATTRIBUTES =
  'action|background|cite|classid|codebase|data|formaction|href|icon|longdesc|manifest|poster|profile|src|usemap';

const TAG = /<[a-zA-Z][^\s/>]*(?:\s[^<>]*)?>/g;
const ATTRIBUTE = new RegExp(`(\\s(?:${URL_ATTRIBUTES})\\s*=\\s*)(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'gi');
/** Scripts, styles and comments are left as they are. */
const OPAQUE = /(<script\b[\s\S]*?<\/script\s*>|<style\b[\s\S]*?<\/style\s*>|<!--[\s\S]*?-->)/gi;

export function rewriteHtml(html: string, place: ProxyPlace): string {
  const attributes = (tag: string) =>
    tag.replace(ATTRIBUTE, (_all, before: string, double?: string, single?: string, bare?: string) =>
      single === undefined
        ? `${before}"${rewriteUrl(double ?? bare ?? '', place)}"`
        : `${before}'${rewriteUrl(single, place)}'`,
    );
  return html
    .split(OPAQUE)
    .map((part, i) =>
      i % 2 === 0
        ? part.replace(TAG, attributes)
        : part.replace(/^<script\b[^>]*>/i, (open) => attributes(open)),
    )
    .join('');
}
