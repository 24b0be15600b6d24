// Keys in names of headers, as Impersonate-Extra-scopes%2fview. Called by impersonation.ts and request-headers.ts.

/** As upstream, a key that is not well escaped is taken as it is. */
export function unescapedKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
