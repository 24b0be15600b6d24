// The syntax of names, labels, ports, addresses and percentages, with upstream's messages.
// Each check returns a list of messages, empty for a valid value. Used by validation and by selectors.

import { addAll } from '../../kit/lists.ts';

const dnsLabelRe = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dnsSubdomainRe = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const dns1035Re = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedNameRe = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValueRe = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const wildcardRe = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** The expression as messages show it. */
const formOf = ({ source }: RegExp): string => source.slice(1, -1);
const portNameRe = /^[-a-z0-9]+$/;
const configKeyRe = /^[-._a-zA-Z0-9]+$/;
const percentRe = /^[0-9]+%$/;

/** `<what> (e.g. 'x', or 'y', regex used for validation is '...')`. */
export function regexComplaint(what: string, form: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${what} (${shown && `e.g. ${shown}`}regex used for validation is '${form}')`;
}

export const maxLengthComplaint = (length: number): string => `must be no more than ${length} bytes`;
/** Of the checks that upstream has not moved to its newer package. */
const tooManyCharacters = (length: number): string => `must be no more than ${length} characters`;
const emptyComplaint = 'must be non-empty';

const dnsLabelText = regexComplaint(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  formOf(dnsLabelRe),
  'my-name',
  '123-abc',
);
const dnsSubdomainText = regexComplaint(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  formOf(dnsSubdomainRe),
  'example.com',
);
const dns1035Text = regexComplaint(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  'my-name',
  'abc-123',
);
const qualifiedNameText = regexComplaint(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
  'MyName',
  'my.name',
  '123-abc',
);
const labelValueText = regexComplaint(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
  'MyValue',
  'my_value',
  '12345',
);

function check(value: string, limit: number, form: RegExp, text: string): string[] {
  const complaints: string[] = [];
  if (value.length > limit) complaints.push(maxLengthComplaint(limit));
  // Very long texts are not matched, because that could take long.
  if (value.length < 16 * limit && !form.test(value)) complaints.push(text);
  return complaints;
}

export const isDNS1123Label = (value = ''): string[] => {
  const dotted = value.length <= 253 && value.includes('.') && dnsSubdomainRe.test(value);
  return check(value, 63, dnsLabelRe, dotted ? 'must not contain dots' : dnsLabelText);
};
export const isDNS1123Subdomain = (value = ''): string[] =>
  check(value, 253, dnsSubdomainRe, dnsSubdomainText);
export const isDNS1035Label = (value = ''): string[] => check(value, 63, dns1035Re, dns1035Text);

const searchLabelRe = /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const searchDomainText = regexComplaint(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*',
  'example.com',
);

/** A domain in which names are looked up: its labels may have underscores. */
export function isSearchDomain(value = ''): string[] {
  const complaints = value.length > 253 ? [maxLengthComplaint(253)] : [];
  if (!value.split('.').every((label) => searchLabelRe.test(label))) complaints.push(searchDomainText);
  return complaints;
}

/** `[prefix/]name`: label keys, annotation keys, condition types. */
export function isQualifiedName(value = ''): string[] {
  const complaints: string[] = [];
  const parts = value.split('/', 3);
  let name = value;
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    name = parts[1] ?? '';
    if (prefix === '') complaints.push(`prefix part ${emptyComplaint}`);
    else
      addAll(
        complaints,
        isDNS1123Subdomain(prefix).map((text) => `prefix part ${text}`),
      );
  } else if (parts.length > 2) {
    const text =
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    const form = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
    const suffix = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [regexComplaint(text, form, 'MyName', 'my.name', '123-abc') + suffix];
  }
  if (name === '') complaints.push(`name part ${emptyComplaint}`);
  else if (name.length > 63) complaints.push(`name part ${maxLengthComplaint(63)}`);
  if (name.length < 1024 && !qualifiedNameRe.test(name)) complaints.push(`name part ${qualifiedNameText}`);
  return complaints;
}

export const isLabelValue = (value = ''): string[] => check(value, 63, labelValueRe, labelValueText);

export const isWildcardDNS1123Subdomain = (value = ''): string[] =>
  check(
    value,
    253,
    wildcardRe,
    regexComplaint(
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
      formOf(wildcardRe),
      '*.example.com',
    ),
  );

/** A domain that may end with a dot. */
export const isFullyQualifiedDomainName = (value = ''): string[] => {
  if (value === '') return ['must be a non-empty fully qualified domain name'];
  const name = value.endsWith('.') ? value.slice(0, -1) : value;
  const complaints = isDNS1123Subdomain(name);
  if (complaints.length > 0) return complaints;
  const parts = name.split('.');
  if (parts.length < 2) return ['should be a domain with at least two segments separated by dots'];
  return parts.filter((part) => part.length > 63).map(() => maxLengthComplaint(63));
};

export function isValidPortNumber(port = 0): string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

/** An IANA service name. */
export function isValidPortName(name = ''): string[] {
  const complaints: string[] = [];
  if (name.length > 15) complaints.push(tooManyCharacters(15));
  if (!portNameRe.test(name))
    complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) complaints.push('must contain at least one letter (a-z)');
  if (name.includes('--')) complaints.push("must not contain consecutive hyphens ('--')");
  if (name.startsWith('-') || name.endsWith('-'))
    complaints.push("must not begin or end with a hyphen ('-')");
  return complaints;
}

/** Environment variable names since v1.32: printable ASCII but `=`. */
export function isEnvVarName(name = ''): string[] {
  if (name === '') return ['environment variable name must not be empty'];
  return /^[ -<>-~]+$/.test(name)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** Keys of ConfigMaps and Secrets. */
export function isConfigMapKey(value = ''): string[] {
  const complaints: string[] = [];
  if (value.length > 253) complaints.push(tooManyCharacters(253));
  if (!configKeyRe.test(value))
    complaints.push(
      regexComplaint(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        '[-._a-zA-Z0-9]+',
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  if (value === '.') complaints.push("must not be '.'");
  if (value === '..') complaints.push("must not be '..'");
  else if (value.startsWith('..')) complaints.push("must not start with '..'");
  return complaints;
}

export const isHTTPHeaderName = (value = ''): string[] =>
  /^[-A-Za-z0-9]+$/.test(value)
    ? []
    : [
        regexComplaint(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          '[-A-Za-z0-9]+',
          'X-Header-Name',
        ),
      ];

export const isPercent = (value = ''): string[] =>
  percentRe.test(value)
    ? []
    : [
        regexComplaint(
          "a valid percent string must be a numeric string followed by an ending '%'",
          '[0-9]+%',
          '1%',
          '93%',
        ),
      ];

/** A segment of a URL path: the rule for names of objects without a stricter one. */
export function pathSegmentName(name = ''): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((bad) => name.includes(bad)).map((bad) => `may not contain '${bad}'`);
}
