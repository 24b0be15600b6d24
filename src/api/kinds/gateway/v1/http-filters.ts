// Filters of HTTPRoutes and GRPCRoutes: what is done to requests and answers.
import {
  boolean,
  int32,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';
import { atMost, HEADER_NAME, PORT, rules, SECTION, unionRules } from './limits.ts';
import { BackendObjectReference, LocalObjectReference, structName } from './references.ts';

export const HTTPHeader = struct(
  structName('HTTPHeader'),
  {
    name: required(string(0, { doc: 'Name of the header; case does not matter.', schema: HEADER_NAME })),
    value: required(string(0, { doc: 'Value of the header.', schema: { maxLength: 4096, minLength: 1 } })),
  },
  { doc: 'A header.' },
);
export interface HTTPHeader extends Of<typeof HTTPHeader> {}

const headers = (doc: string) =>
  list(0, HTTPHeader, { doc, listType: 'map', keys: ['name'], schema: atMost(16) });

export const HTTPHeaderFilter = struct(
  structName('HTTPHeaderFilter'),
  {
    add: headers('Headers that are added to those of the same name.'),
    remove: list(0, text, { doc: 'Names of headers that are removed.', listType: 'set', schema: atMost(16) }),
    set: headers('Headers that replace those of the same name.'),
  },
  { doc: 'Changes of headers.' },
);
export interface HTTPHeaderFilter extends Of<typeof HTTPHeaderFilter> {}

export const Fraction = struct(
  structName('Fraction'),
  {
    denominator: int32(0, { doc: 'Whole of the fraction.', default: 100, schema: { minimum: 1 } }),
    numerator: required(int32(0, { doc: 'Part of the fraction.', schema: { minimum: 0 } })),
  },
  {
    doc: 'A fraction of requests.',
    schema: rules({
      message: 'numerator must not be greater than denominator',
      rule: 'self.numerator <= self.denominator',
    }),
  },
);

export const HTTPRequestMirrorFilter = struct(
  structName('HTTPRequestMirrorFilter'),
  {
    backendRef: required(ref(0, BackendObjectReference, { doc: 'The backend that gets the copies.' })),
    fraction: ref(0, Fraction, { doc: 'Fraction of requests that are copied.' }),
    percent: int32(0, {
      doc: 'Percentage of requests that are copied. All are if neither this nor fraction is set.',
      schema: { minimum: 0, maximum: 100 },
    }),
  },
  {
    doc: 'Sends copies of requests to another backend, whose answers are ignored.',
    schema: rules({
      message: 'percent and fraction must not both be set',
      rule: '!(has(self.percent) && has(self.fraction))',
    }),
  },
);
export interface HTTPRequestMirrorFilter extends Of<typeof HTTPRequestMirrorFilter> {}

const member = (field: string, type: string) => [
  { message: `type ${type} needs ${field}`, rule: `self.type == '${type}' ? has(self.${field}) : true` },
  { message: `${field} needs the type ${type}`, rule: `has(self.${field}) ? self.type == '${type}' : true` },
];

export const HTTPPathModifier = struct(
  structName('HTTPPathModifier'),
  {
    replaceFullPath: string(0, { doc: 'The new path.', schema: { maxLength: 1024 } }),
    replacePrefixMatch: string(0, {
      doc: 'Replaces the part of the path that the match of the rule has found.',
      schema: { maxLength: 1024 },
    }),
    type: required(
      string(0, {
        doc: 'Whether the whole path or the prefix that was matched is replaced.',
        enum: ['ReplaceFullPath', 'ReplacePrefixMatch'],
      }),
    ),
  },
  {
    doc: 'Change of the path.',
    schema: rules(
      ...member('replaceFullPath', 'ReplaceFullPath'),
      ...member('replacePrefixMatch', 'ReplacePrefixMatch'),
    ),
  },
);
export interface HTTPPathModifier extends Of<typeof HTTPPathModifier> {}

export const HTTPRequestRedirectFilter = struct(
  structName('HTTPRequestRedirectFilter'),
  {
    hostname: string(0, {
      doc: "Host name of the Location header; the request's if not set.",
      schema: SECTION,
    }),
    path: ref(0, HTTPPathModifier, { doc: "Path of the Location header; the request's if not set." }),
    port: int32(0, {
      doc: "Port of the Location header; the scheme's own one or that of the listener if not set.",
      schema: PORT,
    }),
    scheme: string(0, {
      doc: "Scheme of the Location header; the request's if not set.",
      enum: ['http', 'https'],
    }),
    statusCode: int32(0, {
      doc: 'Status of the answer.',
      default: 302,
      schema: { enum: [301, 302, 303, 307, 308] },
    }),
  },
  { doc: 'Answers requests with a redirection.' },
);
export interface HTTPRequestRedirectFilter extends Of<typeof HTTPRequestRedirectFilter> {}

export const HTTPURLRewriteFilter = struct(
  structName('HTTPURLRewriteFilter'),
  {
    hostname: string(0, { doc: 'Host header that the backend gets.', schema: SECTION }),
    path: ref(0, HTTPPathModifier, { doc: 'Path that the backend gets.' }),
  },
  { doc: 'Changes host and path of requests.' },
);

const noStar = (what: string) =>
  rules({ message: `${what} must not have '*' beside others`, rule: "!('*' in self && self.size() > 1)" });

export const HTTPCORSFilter = struct(
  structName('HTTPCORSFilter'),
  {
    allowCredentials: boolean(0, { doc: 'Whether pages of other origins may send credentials.' }),
    allowHeaders: list(0, text, {
      doc: 'Headers of requests that pages of other origins may set; * is all.',
      listType: 'set',
      schema: { ...atMost(64), ...noStar('allowHeaders') },
      each: HEADER_NAME,
    }),
    allowMethods: list(0, text, {
      doc: 'Methods that pages of other origins may use; * is all.',
      listType: 'set',
      schema: { ...atMost(9), ...noStar('allowMethods') },
      each: { enum: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', '*'] },
    }),
    allowOrigins: list(0, text, {
      doc: 'Origins whose pages may read answers, such as https://example.com or https://*.example.com; * is all.',
      listType: 'set',
      schema: { ...atMost(64), ...noStar('allowOrigins') },
      each: {
        maxLength: 253,
        minLength: 1,
        pattern:
          '(^\\*$)|(^(http(s)?):\\/\\/(((\\*\\.)?([a-zA-Z0-9\\-]+\\.)*[a-zA-Z0-9-]+|\\*)(:([0-9]{1,5}))?)$)',
      },
    }),
    exposeHeaders: list(0, text, {
      doc: 'Headers of answers that pages of other origins may read; * is all.',
      listType: 'set',
      schema: atMost(64),
      each: HEADER_NAME,
    }),
    maxAge: int32(0, {
      doc: 'Seconds for which browsers may keep the answer to a preflight request.',
      default: 5,
      schema: { minimum: 1 },
    }),
  },
  { doc: 'Cross-origin requests: which pages may send which requests.' },
);
export interface HTTPCORSFilter extends Of<typeof HTTPCORSFilter> {}

const shared = {
  extensionRef: ref(0, LocalObjectReference, { doc: 'A filter of a kind of its own.' }),
  requestHeaderModifier: ref(0, HTTPHeaderFilter, { doc: 'Changes headers of requests.' }),
  requestMirror: ref(0, HTTPRequestMirrorFilter, { doc: 'Sends copies of requests to another backend.' }),
  responseHeaderModifier: ref(0, HTTPHeaderFilter, { doc: 'Changes headers of answers.' }),
};

export const HTTPRouteFilter = struct(
  structName('HTTPRouteFilter'),
  {
    cors: ref(0, HTTPCORSFilter, { doc: 'Answers and allows cross-origin requests.' }),
    ...shared,
    requestRedirect: ref(0, HTTPRequestRedirectFilter, { doc: 'Answers with a redirection.' }),
    type: required(
      string(0, {
        doc: 'Which filter this is; the field of the same name has its settings.',
        enum: [
          'RequestHeaderModifier',
          'ResponseHeaderModifier',
          'RequestMirror',
          'RequestRedirect',
          'URLRewrite',
          'ExtensionRef',
          'CORS',
        ],
      }),
    ),
    urlRewrite: ref(0, HTTPURLRewriteFilter, { doc: 'Changes host and path of requests.' }),
  },
  {
    doc: 'Something that is done to requests or answers.',
    schema: unionRules([
      ['cors', 'CORS'],
      ['requestHeaderModifier', 'RequestHeaderModifier'],
      ['responseHeaderModifier', 'ResponseHeaderModifier'],
      ['requestMirror', 'RequestMirror'],
      ['requestRedirect', 'RequestRedirect'],
      ['urlRewrite', 'URLRewrite'],
      ['extensionRef', 'ExtensionRef'],
    ]),
  },
);
export interface HTTPRouteFilter extends Of<typeof HTTPRouteFilter> {}

export const GRPCRouteFilter = struct(
  structName('GRPCRouteFilter'),
  {
    ...shared,
    type: required(
      string(0, {
        doc: 'Which filter this is; the field of the same name has its settings.',
        enum: ['ResponseHeaderModifier', 'RequestHeaderModifier', 'RequestMirror', 'ExtensionRef'],
      }),
    ),
  },
  {
    doc: 'Something that is done to requests or answers.',
    schema: unionRules([
      ['requestHeaderModifier', 'RequestHeaderModifier'],
      ['responseHeaderModifier', 'ResponseHeaderModifier'],
      ['requestMirror', 'RequestMirror'],
      ['extensionRef', 'ExtensionRef'],
    ]),
  },
);
export interface GRPCRouteFilter extends Of<typeof GRPCRouteFilter> {}

const once = (type: string) => ({
  message: `there may be only one filter of type ${type}`,
  rule: `self.filter(f, f.type == '${type}').size() <= 1`,
});

export const httpFilters = list(0, HTTPRouteFilter, {
  doc: 'What is done to requests and answers.',
  listType: 'atomic',
  schema: {
    ...atMost(16),
    ...rules(
      {
        message: 'there may be a filter of type RequestRedirect or one of type URLRewrite, but not both',
        rule: "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
      },
      ...['CORS', 'RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'].map(
        once,
      ),
    ),
  },
});

export const grpcFilters = list(0, GRPCRouteFilter, {
  doc: 'What is done to requests and answers.',
  listType: 'atomic',
  schema: { ...atMost(16), ...rules(...['RequestHeaderModifier', 'ResponseHeaderModifier'].map(once)) },
});
