// Versions of a CustomResourceDefinition besides their schemas: deprecation, columns, which of them is stored, and how objects are
// converted between them. Called by definition.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceConversion,
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from '../../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { jsonEqual } from '../../../patch/json.ts';
import {
  checkItems,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  oneOf,
  required,
} from '../../field.ts';
import { isDNS1035Label } from '../../names.ts';
import { validateWebhookService, validateWebhookUrl } from '../../webhook-clients.ts';

/** The parts of versions that upstream's errors call parts of the spec when they are the same in all versions. */
const PARTS = {
  schema: 'validation',
  subresources: 'subresources',
  additionalPrinterColumns: 'additionalPrinterColumns',
  selectableFields: 'selectableFields',
} as const;

export interface Place {
  readonly version: CustomResourceDefinitionVersion;
  readonly path: string;
  /** The part is that of all versions. */
  readonly common: boolean;
}

/** The versions whose part has to be checked, with its path. */
export function placesOf(
  versions: readonly CustomResourceDefinitionVersion[],
  part: keyof typeof PARTS,
): Place[] {
  const [first] = versions;
  const common = first !== undefined && versions.every((version) => jsonEqual(version[part], first[part]));
  if (common) return [{ version: first, path: `spec.${PARTS[part]}`, common }];
  return versions.map((version, i) => ({ version, path: `spec.versions[${i}].${part}`, common }));
}

export function versionErrors({ spec }: CustomResourceDefinition): FieldError[] {
  const versions = spec.versions ?? [];
  const errors: FieldError[] = [];
  checkItems(errors, versions, (version, i) => {
    const path = `spec.versions[${i}]`;
    if (!version.schema?.openAPIV3Schema) errors.push(required(`${path}.schema.openAPIV3Schema`));
    const texts = isDNS1035Label(version.name);
    if (texts.length > 0) errors.push(invalid(`${path}.name`, version.name, texts.join(',')));
    addAll(errors, deprecationErrors(version, `${path}.deprecationWarning`));
  });
  for (const { version, path } of placesOf(versions, 'additionalPrinterColumns'))
    checkItems(errors, version.additionalPrinterColumns, (column, at) => {
      addAll(errors, columnErrors(column, `${path}[${at}]`));
    });
  const all = (why: string) => errors.push(invalid('spec.versions', versions, why));
  if (new Set(versions.map(({ name }) => name)).size < versions.length)
    all('must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1)
    all('must have exactly one version marked as storage version');
  return errors;
}

const LONGEST_WARNING = 256;

function deprecationErrors(
  { deprecated, deprecationWarning: text }: CustomResourceDefinitionVersion,
  path: string,
): FieldError[] {
  if (text === undefined) return [];
  if (!deprecated) return [invalid(path, text, 'can only be set for deprecated versions')];
  const errors: FieldError[] = [];
  if (Buffer.byteLength(text) > LONGEST_WARNING)
    errors.push(invalid(path, text, `must be <= ${LONGEST_WARNING} characters long`));
  if (text === '') errors.push(invalid(path, text, 'must not be an empty string'));
  const odd = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(text);
  if (odd)
    errors.push(
      invalid(
        path,
        text,
        `must only contain printable UTF-8 characters; non-printable character found at index ${Buffer.byteLength(text.slice(0, odd.index))}`,
      ),
    );
  return errors;
}

const TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function columnErrors(column: CustomResourceColumnDefinition, path: string): FieldError[] {
  const { name, type, format, jsonPath } = column;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${path}.name`));
  if (!type) errors.push(required(`${path}.type`, `must be one of ${TYPES.join(',')}`));
  else if (!TYPES.includes(type))
    errors.push(invalid(`${path}.type`, type, `must be one of ${TYPES.join(',')}`));
  if (format && !FORMATS.includes(format))
    errors.push(invalid(`${path}.format`, format, `must be one of ${FORMATS.join(',')}`));
  // Upstream's paths have the name of Go's field.
  if (!jsonPath) errors.push(required(`${path}.JSONPath`));
  else if (!jsonPath.startsWith('.'))
    errors.push(invalid(`${path}.JSONPath`, jsonPath, 'must be a simple json path starting with .'));
  return errors;
}

/** Versions in which objects may be stored must stay: nobody could read the objects any more. */
export function storedVersionErrors({ spec, status }: CustomResourceDefinition): FieldError[] {
  const stored = status?.storedVersions ?? [];
  const path = 'status.storedVersions';
  if (stored.length === 0) return [invalid(path, stored, 'must have at least one stored version')];
  const versions = spec.versions ?? [];
  const names = new Set(versions.map(({ name }) => name));
  const kept = new Set(stored);
  const missing = versions.filter(({ name, storage }) => storage && !kept.has(name));
  return [
    ...errorsOfItems(missing, ({ name }) => [invalid(path, stored, `must have the storage version ${name}`)]),
    ...errorsOfItems(stored, (name, i) =>
      names.has(name)
        ? []
        : [invalid(`${path}[${i}]`, name, `missing from spec.versions; ${stillNeeded(name)}`)],
    ),
  ];
}

const stillNeeded = (version: string) =>
  `${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`;

/** Versions of ConversionReview. */
const REVIEWS = ['v1', 'v1beta1'];

export function conversionErrors(
  { spec }: CustomResourceDefinition,
  old?: CustomResourceDefinition,
): FieldError[] {
  const { conversion } = spec;
  if (!conversion) return [];
  const path = 'spec.conversion';
  const errors = oneOf(`${path}.strategy`, conversion.strategy, ['None', 'Webhook']);
  // The paths are those of upstream's internal version.
  const { clientConfig, conversionReviewVersions: reviews = [] } = conversion.webhook ?? {};
  const [client, versions] = [`${path}.webhookClientConfig`, `${path}.conversionReviewVersions`];
  if (conversion.strategy !== 'Webhook') {
    const why = 'should not be set when strategy is not set to Webhook';
    if (clientConfig) errors.push(forbidden(client, why));
    if (reviews.length > 0) errors.push(forbidden(versions, why));
    return errors;
  }
  if (!clientConfig) errors.push(required(client, 'required when strategy is set to Webhook'));
  else addAll(errors, clientErrors(clientConfig, client));
  const before = old?.spec.conversion?.webhook?.conversionReviewVersions ?? [];
  const unknownBefore = before.length > 0 && !before.some((version) => REVIEWS.includes(version));
  return [...errors, ...reviewErrors(reviews, versions, !unknownBefore)];
}

type ClientConfig = NonNullable<NonNullable<CustomResourceConversion['webhook']>['clientConfig']>;

function clientErrors({ url, service }: ClientConfig, path: string): FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [required(path, 'exactly one of url or service is required')];
  return url === undefined
    ? validateWebhookService(`${path}.service`, service!)
    : validateWebhookUrl(`${path}.url`, url);
}

function reviewErrors(versions: readonly string[], path: string, needsKnown: boolean): FieldError[] {
  if (versions.length === 0) return [required(path)];
  const seen = new Set<string>();
  const errors = errorsOfItems(versions, (version, i) => {
    if (seen.has(version)) return [invalid(`${path}[${i}]`, version, 'duplicate version')];
    seen.add(version);
    return isDNS1035Label(version).map((text) => invalid(`${path}[${i}]`, version, text));
  });
  if (needsKnown && !versions.some((version) => REVIEWS.includes(version)))
    errors.push(invalid(path, versions, `must include at least one of ${REVIEWS.join(', ')}`));
  return errors;
}

/** Pruning cannot be switched off any more. */
export function preserveErrors(
  { spec }: CustomResourceDefinition,
  old?: CustomResourceDefinition,
): FieldError[] {
  if (!spec.preserveUnknownFields || old?.spec.preserveUnknownFields) return [];
  const why =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  const errors = [invalid('spec.preserveUnknownFields', true, why)];
  if (spec.conversion && spec.conversion.strategy !== 'None')
    errors.push(
      invalid(
        'spec.conversion.strategy',
        spec.conversion.strategy,
        'must be None if spec.preserveUnknownFields is true',
      ),
    );
  return errors;
}
