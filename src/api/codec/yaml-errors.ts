// What is wrong with a YAML text, in the words of upstream's parser (go-yaml): no words of ours may reach a client. Lines are
// counted as it counts them. Called by decode.ts.
// Upstream: vendor/sigs.k8s.io/yaml/goyaml.v2, scannerc.go and parserc.go.

interface YamlError extends Error {
  readonly reason?: string;
  readonly mark?: { readonly line: number };
}

/** Beginnings of js-yaml's reasons, and go-yaml's words for the same. */
const WORDS: readonly (readonly [string, string])[] = [
  ['bad indentation of a mapping entry', 'mapping values are not allowed in this context'],
  ['can not read a block mapping entry', "could not find expected ':'"],
  ['can not read an implicit mapping pair', "could not find expected ':'"],
  ["expected ':' after a mapping key", "could not find expected ':'"],
  ['bad indentation of a sequence entry', "did not find expected '-' indicator"],
  ['tab characters must not be used', 'found character that cannot start any token'],
  ['deficient indentation', 'did not find expected key'],
  ['end of the stream or a document separator is expected', 'did not find expected <document start>'],
  ['directives end mark is expected', 'did not find expected <document start>'],
  ['missed comma between flow collection entries', "did not find expected ',' or ']'"],
  ['unexpected end of the stream within a flow collection', "did not find expected ',' or ']'"],
  ['unexpected end of the stream within a single quoted', 'found unexpected end of stream'],
  ['unexpected end of the stream within a double quoted', 'found unexpected end of stream'],
  ['unexpected end of the document within', 'found unexpected document indicator'],
  ['unknown escape sequence', 'found unknown escape character'],
  ['expected hexadecimal character', 'did not find expected hexdecimal number'],
  ['the stream contains non-printable', 'control characters are not allowed'],
  ['expected valid JSON character', 'control characters are not allowed'],
  ['name of an alias node', 'did not find expected alphabetic or numeric character'],
  ['name of an anchor node', 'did not find expected alphabetic or numeric character'],
  ['nesting exceeded', 'exceeded max depth of 10000'],
  ['undeclared tag handle', 'found undefined tag handle'],
];

const CANNOT_START = 'did not find expected node content';
/** Characters of a key or a name of an anchor that are shown. */
const MOST_SHOWN = 256;

/** `line 3: mapping values are not allowed in this context`. */
export function yamlProblem(error: unknown): string {
  const { reason = '', mark } = error as YamlError;
  const line = (mark?.line ?? 0) + 1;
  const anchor = /^unidentified alias "(.*)"$/s.exec(reason)?.[1];
  if (anchor !== undefined) return `unknown anchor '${anchor.slice(0, MOST_SHOWN)}' referenced`;
  const words = WORDS.find(([beginning]) => reason.startsWith(beginning))?.[1] ?? CANNOT_START;
  return line > 1 ? `line ${line}: ${words}` : words;
}
