// Which tag an image reference names, for the pull policy: no tag and no digest means latest.

/** Empty when only a digest is given, or when the reference makes no sense. */
export function tagOf(image: string): string {
  const match = /^[^\s@]*?(?:\/|^)[^\s@/:]+(?::(?<tag>[\w][\w.-]*))?(?<digest>@\S+)?$/.exec(image);
  if (!match) return '';
  return match.groups?.tag ?? (match.groups?.digest ? '' : 'latest');
}
