import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HtmlRewriter } from '../../../src/apiserver/tunnel/html-rewriter.ts';
import { rewriteUrl } from '../../../src/apiserver/tunnel/rewrite.ts';
import { nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

/** Half of the longest chunk of a page: each is rewritten twice. */
const LONGEST = 32 * 1024;

const place = { prefix: '/api/v1/namespaces/default/services/web/proxy', hosts: ['web', '10.0.0.1:80'] };

const shortened = (text: string) => text.slice(0, LONGEST);

const pieces = [
  ...'<>/!?-="\' \n',
  ...[
    '<!--',
    '-->',
    '--!>',
    '<!',
    '<?',
    '</',
    '<a ',
    '<A\tHREF=',
    '<img src=',
    '<script>',
    '</script',
    '</script >',
  ],
  ...[
    '<style>',
    '</style>',
    '<textarea>',
    'href',
    ' href=/x',
    ' href="/y"',
    " src='/z'",
    'http://web/',
    '//web/',
    '/x?y#z',
  ],
];

function rewritten(page: Buffer, cuts: readonly number[]): string {
  const rewriter = new HtmlRewriter({ ...place, hosts: [] });
  const out: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const at = Math.max(from, Math.floor(cut * page.length));
    out.push(rewriter.push(page.subarray(from, at)));
    from = at;
  }
  out.push(rewriter.push(page.subarray(from)), rewriter.end());
  return Buffer.concat(out).toString('latin1');
}

export const targets = [
  fuzzTarget({
    name: 'tunnel/html',
    input: fc.tuple(
      piecesOf(pieces).map(shortened),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
    ),
    run: ([text, cuts]) => {
      const page = Buffer.from(text);
      const whole = rewritten(page, []);
      assert.equal(rewritten(page, cuts), whole, 'the same in pieces');
      const without = (html: string) => html.replaceAll(place.prefix, '').replace(/(http:)?\/+/g, '/');
      assert.equal(without(whole), without(page.toString('latin1')), 'nothing but prefixes is added');
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'tunnel/url',
    input: fc
      .oneof(
        piecesOf([...'/?#:@[]%. \n', 'http', 'https:', '//', 'web', '10.0.0.1:80', place.prefix]),
        nearMisses(['http://web/x?y#z', '//10.0.0.1:80/', 'mailto:x', '/a/b?c=d']),
      )
      .map(shortened),
    run: (text) => {
      const url = rewriteUrl(text, place);
      assert.ok(url === text || url.startsWith('/'));
      assert.equal(rewriteUrl(url, place), url, 'a rewritten URL stays');
    },
    refuses: () => false,
  }),
];
