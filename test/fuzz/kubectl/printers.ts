import fc from 'fast-check';
import { GoTemplate } from '../../../src/kubectl/printers/go-template/go-template.ts';
import { JsonPath } from '../../../src/kubectl/printers/jsonpath/json-path.ts';
import { jsonValues, nearMisses, PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const pod = {
  metadata: { name: 'web', labels: { app: 'web', 'a.b/c': 'd' } },
  spec: { containers: [{ name: 'one', image: 'a:1', ports: [{ containerPort: 80 }] }, { name: 'two' }] },
  status: { ready: true, restarts: 3, ratio: 0.5, none: null },
};
const data = fc.oneof(fc.constant<unknown>(pod), jsonValues());

const templates = [
  '{{range .spec.containers}}{{.name}}{{"\\n"}}{{else}}none{{end}}',
  '{{with $x := .metadata}}{{$x.name | printf "%-10q %5.2f %x" | html}}{{end}}',
  '{{define "t"}}{{if eq .a 1}}{{template "t" .}}{{end}}{{end}}{{template "t" .}}',
  '{{- /* text */ -}}{{index .spec.containers 0 "name"}}{{len .metadata.labels}}{{slice .metadata.name 1 2}}',
  '{{range $i, $c := .spec.containers}}{{if and (gt $i 0) (not $c.image)}}{{break}}{{end}}{{end}}',
];
const templatePieces = [
  '{{',
  '}}',
  '{{end}}',
  '{{range .spec.containers}}',
  '{{if ',
  '(',
  ')',
  '|',
  '$',
  '.',
  ' ',
  '"',
  '`',
];
const functions = [
  'printf',
  '%s',
  '%*d',
  '%999999d',
  'index',
  'slice',
  'js',
  'urlquery',
  'call',
  'and',
  'define "t"',
  'template "t"',
];

const paths = [
  '{.metadata.name}',
  '{range .spec.containers[*]}{.name}{"\\n"}{end}',
  "{.spec.containers[?(@.ports[*].containerPort>=80)]['name','image']}",
  '{..name}{.spec.containers[-1:0:-1]}',
  '{$.metadata.labels.a\\.b/c}',
];
const pathPieces = [
  '{',
  '}',
  '[',
  ']',
  '..',
  '.',
  '*',
  '?(',
  '@',
  ')',
  "'",
  '"',
  ':',
  ',',
  '-1',
  '9'.repeat(30),
  'range ',
  'end',
];

/** Longer ones take longer, which only who wrote them notices. */
const LONGEST = 16 * 1024;
const cut = (text: string) => text.slice(0, LONGEST);

/** What was written is bounded as far as the template is: nothing is kept of it. */
const nowhere = { write: () => {} };

export const targets = [
  fuzzTarget({
    name: 'kubectl/go-template',
    input: fc.tuple(
      fc.oneof(
        nearMisses(templates, [...templatePieces, ...functions]),
        piecesOf([...templatePieces, ...functions, ...PROTOTYPE_NAMES]),
      ),
      data,
    ),
    run: ([text, value]) => new GoTemplate('output', cut(text)).execute(value, nowhere),
    refuses: (error) => error instanceof Error && error.message.startsWith('template: output'),
  }),
  fuzzTarget({
    name: 'kubectl/jsonpath',
    input: fc.tuple(
      fc.oneof(nearMisses(paths, pathPieces), piecesOf([...pathPieces, ...PROTOTYPE_NAMES])),
      data,
    ),
    run: ([text, value]) => new JsonPath(cut(text), { allowMissingKeys: true }).text(value),
    refuses: (error) => error?.constructor === Error,
  }),
];
