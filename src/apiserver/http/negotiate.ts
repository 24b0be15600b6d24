// Content negotiation: plain JSON, a Table, partial metadata or an aggregated discovery document. Responses are always JSON
// (which is valid YAML); a client that accepts neither gets a 406.
// Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go.
import { notAcceptable } from '../../api/status/status-error.ts';

export interface Accepted {
  readonly as:
    | 'object'
    | 'Table'
    | 'PartialObjectMetadata'
    | 'PartialObjectMetadataList'
    | 'APIGroupDiscoveryList';
  /** Version of the form's group, when the form has one. */
  readonly version: string;
  readonly contentType: string;
}

const PLAIN: Accepted = { as: 'object', version: '', contentType: 'application/json' };
const YAML: Accepted = { ...PLAIN, contentType: 'application/yaml' };
const FORMS: Readonly<Record<string, { group: string; versions: readonly string[] }>> = {
  Table: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  PartialObjectMetadata: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  PartialObjectMetadataList: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  APIGroupDiscoveryList: { group: 'apidiscovery.k8s.io', versions: ['v2', 'v2beta1'] },
};

/** Results by Accept header, at most 1000: clients use few different ones. null means not acceptable. */
const known = new Map<string, Accepted | null>();

export function accepted(header: string | undefined): Accepted {
  if (!header || header === 'application/json') return PLAIN;
  let found = known.get(header);
  if (found === undefined) {
    found = choose(header);
    if (known.size < 1000) known.set(header, found);
  }
  if (found) return found;
  throw notAcceptable(
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

function choose(header: string): Accepted | null {
  const offers = header.split(',').map(parse);
  offers.sort((a, b) => b.quality - a.quality);
  for (const offer of offers) {
    const form = formOf(offer);
    if (form) return form;
  }
  return null;
}

interface Offer {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function parse(text: string): Offer {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(rest.map((part) => part.split('=', 2) as [string, string]));
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

function formOf({ type, parameters }: Offer): Accepted | undefined {
  const isJson = type === 'application/json' || type === '*/*' || type === 'application/*';
  if (type === 'application/yaml') return YAML;
  if (!isJson) return undefined;
  const as = parameters.get('as');
  if (as === undefined) return PLAIN;
  const form = FORMS[as];
  const version = parameters.get('v') ?? '';
  if (!form || parameters.get('g') !== form.group || !form.versions.includes(version)) return undefined;
  const contentType = `application/json;as=${as};g=${form.group};v=${version}`;
  return { as: as as Accepted['as'], version, contentType };
}
