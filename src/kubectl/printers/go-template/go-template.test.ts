import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GoTemplate } from './go-template.ts';

const data = { kind: 'X', list: ['a', 'b'], map: { b: 2, a: 1 }, none: null };

function run(text: string, missingKeyIsError = false): string {
  const parts: string[] = [];
  new GoTemplate('output', text, { missingKeyIsError }).execute(data, { write: (part) => parts.push(part) });
  return parts.join('');
}

describe('a Go template', () => {
  it('has actions, conditions, loops, variables and templates', () => {
    const expected = {
      '{{.kind}} {{.none}} {{.missing.x}}': 'X <no value> <no value>',
      '{{range .list}}{{.}},{{else}}none{{end}}': 'a,b,',
      '{{range $k, $v := .map}}{{$k}}={{$v}} {{end}}': 'a=1 b=2 ',
      '{{range $i, $e := .list}}{{if $i}}{{break}}{{end}}{{$e}}{{end}}': 'a',
      '{{if eq .kind "Y"}}a{{else if .list}}b{{else}}c{{end}}': 'b',
      '{{with .map}}{{.a}}{{$.kind}}{{end}}': '1X',
      '{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}': '2',
      'a {{- /* c */ -}} b {{- .kind -}} c': 'abXc',
      '{{define "t"}}<{{.}}>{{end}}{{template "t" .kind}}{{block "u" 1}}[{{.}}]{{end}}': '<X>[1]',
      '{{(index .list 1)}} {{.map}} {{.list}}': 'b map[a:1 b:2] [a b]',
      '{{.kind | printf "%s-%s" "a" | len}}': '3',
    };
    for (const [template, result] of Object.entries(expected)) assert.equal(run(template), result, template);
  });

  it('has the functions of Go and of kubectl', () => {
    const expected = {
      '{{printf "%5d|%-3d|%03d|%x|%q|%v|%t|%.2f|%T" 3 4 5 255 "s" nil true 1.5 "a"}}':
        '    3|4  |005|ff|"s"|<nil>|true|1.50|string',
      '{{printf "%d %s" "a"}} {{printf "a" "b"}}': '%!d(string=a) %!s(MISSING) a%!(EXTRA string=b)',
      '{{and 1 0 2}} {{or 0 "" "x"}} {{not 1}} {{eq 3 1 3}} {{lt "a" "b"}}': '0 x false true true',
      '{{slice .kind 0 1}} {{html "<a>"}} {{js "it\'s"}} {{urlquery "a b&c"}}': "X &lt;a&gt; it\\'s a+b%26c",
      '{{print 1 2 "a" 3 4}}{{println 1 "x"}}': '1 2a3 41 x\n',
      '{{exists . "map" "a"}} {{exists . "no"}} {{"aGk=" | base64decode}}': 'true false hi',
    };
    for (const [template, result] of Object.entries(expected)) assert.equal(run(template), result, template);
  });

  it('says what is wrong in the words of Go', () => {
    const wrong = {
      '{{.x': 'template: output:1: unclosed action',
      'a\n{{foo}}': 'template: output:2: function "foo" not defined',
      '{{if .x}}': 'template: output:1: unexpected EOF',
      '{{end}}': 'template: output:1: unexpected {{end}}',
      '{{if}}{{end}}': 'template: output:1: missing value for if',
      '{{$x}}': 'template: output:1: undefined variable "$x"',
      '{{index .list 5}}':
        'template: output:1:2: executing "output" at <index .list 5>: error calling index: index out of range: 5',
      '{{eq 1 "a"}}':
        'template: output:1:2: executing "output" at <eq 1 "a">: error calling eq: incompatible types for comparison: int and string',
      '{{.none.x}}':
        'template: output:1:7: executing "output" at <.none.x>: nil pointer evaluating interface {}.x',
    };
    for (const [template, message] of Object.entries(wrong)) assert.throws(() => run(template), { message });
    const message = 'template: output:1:2: executing "output" at <.no>: map has no entry for key "no"';
    assert.throws(() => run('{{.no}}', true), { message });
  });

  it('ends, whatever it asks for', () => {
    assert.throws(
      () => run('{{define "a"}}{{template "a"}}{{end}}{{template "a"}}'),
      /maximum template depth/,
    );
    assert.throws(() => run('{{range 1000000000}}{{end}}'), /too many rounds/);
    assert.throws(() => run(`{{${'('.repeat(10_000)}1${')'.repeat(10_000)}}}`), /nested too deeply/);
  });
});
