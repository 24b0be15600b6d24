// format.dns1123Label() and the other named formats; validating a string by one gives the complaints, or none.

import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isLabelValue,
  isQualifiedName,
} from '../../validation/names.ts';
import { spendWork } from '../evaluate/budget.ts';
import { globalFunction, type Library, memberFunction } from '../library/declare.ts';
import { structType } from '../types/type.ts';
import { parseTimestamp } from '../values/time.ts';
import { CelError, Items, ObjectValue, Optional, type Result, type Value } from '../values/value.ts';
import { parseUrl, UrlError } from './url-text.ts';

const formatType = structType('kubernetes.NamedFormat');

class Format extends ObjectValue {
  readonly name: string;
  readonly complaints: (text: string) => string[];
  readonly #patternSize: number;
  constructor(name: string, patternSize: number, complaints: (text: string) => string[]) {
    super();
    this.name = name;
    this.#patternSize = patternSize;
    this.complaints = complaints;
  }
  get type(): typeof formatType {
    return formatType;
  }
  equals(other: Value): boolean {
    return other instanceof Format && other.name === this.name;
  }
  /** "@patternSize" is what costs ask for; no expression can write that name. */
  override get(field: string): Result | undefined {
    return field === '@patternSize' ? this.#patternSize : undefined;
  }
}

/** A trailing dash may be followed by what is generated. */
const prefix =
  (check: (text: string) => string[]) =>
  (text: string): string[] =>
    check(text.endsWith('-') ? `${text.slice(0, -1)}a` : text);

function uriComplaints(text: string): string[] {
  try {
    parseUrl(text, true);
    return [];
  } catch (error) {
    if (error instanceof UrlError) return [error.message];
    throw error;
  }
}

const unless = (holds: boolean, complaint: string): string[] => (holds ? [] : [complaint]);

const uuid = /^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$/;

function isBase64(text: string): boolean {
  const padded = /={0,2}$/.exec(text.slice(-2))?.[0].length ?? 0;
  return text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+$/.test(text.slice(0, text.length - padded));
}

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(`${text}T00:00:00Z`);

function isTime(text: string): boolean {
  const found = parseTimestamp(text);
  return found !== undefined && !(found instanceof CelError);
}

const timePatternSize = 75;

const formats: readonly [string, Format][] = [
  ['dns1123Label', new Format('DNS1123Label', 30, isDNS1123Label)],
  ['dns1123Subdomain', new Format('DNS1123Subdomain', 60, isDNS1123Subdomain)],
  ['dns1035Label', new Format('DNS1035Label', 30, isDNS1035Label)],
  ['qualifiedName', new Format('QualifiedName', 60, isQualifiedName)],
  ['dns1123LabelPrefix', new Format('DNS1123LabelPrefix', 30, prefix(isDNS1123Label))],
  ['dns1123SubdomainPrefix', new Format('DNS1123SubdomainPrefix', 60, prefix(isDNS1123Subdomain))],
  ['dns1035LabelPrefix', new Format('DNS1035LabelPrefix', 30, prefix(isDNS1035Label))],
  ['labelValue', new Format('LabelValue', 40, isLabelValue)],
  ['uri', new Format('URI', 1103, uriComplaints)],
  [
    'uuid',
    new Format('uuid', 76, (text) =>
      unless(text.length <= 36 && uuid.test(text), 'does not match the UUID format'),
    ),
  ],
  ['byte', new Format('byte', 84, (text) => unless(isBase64(text), 'invalid base64'))],
  ['date', new Format('date', timePatternSize, (text) => unless(isDate(text), 'invalid date'))],
  ['datetime', new Format('datetime', timePatternSize, (text) => unless(isTime(text), 'invalid datetime'))],
];

const byName = new Map(formats);

export const formatLibrary: Library = [
  memberFunction(
    'validate',
    'format-validate',
    'kubernetes.NamedFormat, string -> optional_type(list(string))',
    (format: Format, text: string) => {
      spendWork(text.length / 4);
      const complaints = format.complaints(text);
      return complaints.length === 0 ? Optional.none : Optional.of(new Items(complaints));
    },
  ),
  globalFunction(
    'format.named',
    'format-named',
    'string -> optional_type(kubernetes.NamedFormat)',
    (name: string) => {
      const format = byName.get(name);
      return format === undefined ? Optional.none : Optional.of(format);
    },
  ),
  ...formats.map(([name, format]) =>
    globalFunction(`format.${name}`, `format.${name}`, '-> kubernetes.NamedFormat', () => format),
  ),
];
