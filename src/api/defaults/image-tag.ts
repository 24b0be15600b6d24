// The tag of an image reference, for the pull policy: without tag and digest it is latest.

/** Empty when only a digest is given, or when the reference is malformed. */
export function tagOf(image: string): string {
  const at = image.indexOf('@');
  const name = at < 0 ? image : image.slice(0, at);
  const [base = '', tag, ...more] = name.slice(name.lastIndexOf('/') + 1).split(':');
  if (base === '' || more.length > 0 || at === image.length - 1 || /\s/.test(image)) return '';
  if (tag === undefined) return at < 0 ? 'latest' : '';
  return /^\w[\w.-]*$/.test(tag) ? tag : '';
}
