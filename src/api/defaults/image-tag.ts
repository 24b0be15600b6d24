// The tag of an image reference, for the pull policy: without tag and digest it is latest.

/** Empty when only a digest is given, or when the reference is malformed. */
export function tagOf(image: string): string {
  const match = /^[^\s@]*?(?:\/|^)[^\s@/:]+(?::(?<tag>[\w][\w.-]*))?(?<digest>@\S+)?$/.exec(image);
  if (!match) return '';
  return match.groups?.tag ?? (match.groups?.digest ? '' : 'latest');
}
