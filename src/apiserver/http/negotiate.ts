// Content negotiation: JSON (which is valid YAML) or protobuf; an object, a Table, partial metadata or an aggregated discovery
// document. A client that accepts nothing of what is offered gets a 406.
// Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go.
import { notAcceptable } from '../../api/status/status-error.ts';
import { own } from '../../kit/own.ts';

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
  readonly protobuf: boolean;
}

/** What an endpoint has to offer besides objects as JSON. */
export interface Offered {
  /** The objects are messages in protobuf; custom objects are not. */
  readonly protobuf: boolean;
  /** The forms are those of objects, of discovery, or there are none (reviews, bindings). */
  readonly forms: 'meta.k8s.io' | 'apidiscovery.k8s.io' | 'none';
  /** Streams are not YAML. */
  readonly yaml: boolean;
}

const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
const PLAIN: Accepted = { as: 'object', version: '', contentType: JSON_TYPE, protobuf: false };
const YAML: Accepted = { ...PLAIN, contentType: 'application/yaml' };
const PROTOBUF: Accepted = { ...PLAIN, contentType: PROTOBUF_TYPE, protobuf: true };
const FORMS: Readonly<Record<string, { group: string; versions: readonly string[] }>> = {
  Table: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  PartialObjectMetadata: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  PartialObjectMetadataList: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  // v2beta1 is gone since v1.35 (AggregatedDiscoveryRemoveBetaType is locked on).
  APIGroupDiscoveryList: { group: 'apidiscovery.k8s.io', versions: ['v2'] },
};

/** Results by Accept header, at most 1000: clients use few different ones. null means not acceptable. */
const known = new Map<string, Accepted | null>();

/** Characters of a header whose result is kept. */
const LONGEST_KNOWN = 512;
/** Offers of a header, and parameters of an offer, that are read: clients send up to four of each. */
const MOST_OFFERS = 50;
const MOST_PARAMETERS = 10;

export function accepted(header: string | undefined, offered: Offered): Accepted {
  if (!header || header === JSON_TYPE) return PLAIN;
  const key = `${offered.protobuf} ${offered.forms} ${offered.yaml} ${header}`;
  let found = known.get(key);
  if (found === undefined) {
    found = choose(header, offered);
    if (known.size < 1000 && header.length <= LONGEST_KNOWN) known.set(key, found);
  }
  if (found) return found;
  throw notAcceptable(`only the following media types are accepted: ${typesOf(offered)}`);
}

/** As upstream lists them: without CBOR, which is alpha. */
function typesOf({ protobuf, yaml }: Offered): string {
  if (!yaml)
    return [JSON_TYPE, PROTOBUF_TYPE]
      .slice(0, protobuf ? 2 : 1)
      .map(asStream)
      .join(', ');
  return [JSON_TYPE, YAML.contentType, ...(protobuf ? [PROTOBUF_TYPE] : [])].join(', ');
}

const asStream = (type: string): string => `${type};stream=watch`;

const PLAIN_OBJECTS: Offered = { protobuf: true, forms: 'none', yaml: true };

/** Whether a Status is to be sent as protobuf. */
export function prefersProtobuf(header: string | undefined): boolean {
  return header?.includes(PROTOBUF_TYPE) === true && choose(header, PLAIN_OBJECTS)?.protobuf === true;
}

function choose(header: string, offered: Offered): Accepted | null {
  const offers = header.split(',', MOST_OFFERS).map(parse);
  offers.sort((a, b) => b.quality - a.quality || wildness(a) - wildness(b));
  for (const offer of offers) {
    const form = formOf(offer, offered);
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
  const [type = '', ...rest] = text.split(';', MOST_PARAMETERS).map((part) => part.trim());
  const parameters = new Map(rest.map((part) => part.split('=', 2) as [string, string]));
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

/** Of two types of the same quality, the one without wildcards comes first. */
const wildness = ({ type }: Offer): number => (type === '*/*' ? 2 : type.endsWith('/*') ? 1 : 0);

function formOf({ type, parameters }: Offer, offered: Offered): Accepted | undefined {
  const plain = plainOf(type);
  if (!plain) return undefined;
  if (plain === YAML && !offered.yaml) return undefined;
  const as = parameters.get('as');
  if (as === undefined) return plain.protobuf && !offered.protobuf ? undefined : plain;
  const form = own(FORMS, as);
  const version = parameters.get('v') ?? '';
  if (form?.group !== offered.forms || parameters.get('g') !== form.group || !form.versions.includes(version))
    return undefined;
  // Of the forms, Tables are no messages in protobuf.
  if (plain.protobuf && as === 'Table') return undefined;
  const chosen = { ...plain, as: as as Accepted['as'], version };
  if (as !== 'APIGroupDiscoveryList') return chosen;
  // Clients recognise the document by this type, with the parameters in this order.
  return { ...chosen, contentType: `${plain.contentType};g=${form.group};v=${version};as=${as}` };
}

function plainOf(type: string): Accepted | undefined {
  if (type === JSON_TYPE || type === '*/*' || type === 'application/*') return PLAIN;
  if (type === PROTOBUF_TYPE) return PROTOBUF;
  return type === 'application/yaml' ? YAML : undefined;
}
