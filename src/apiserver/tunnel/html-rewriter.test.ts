import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HtmlRewriter, MAX_TAG } from './html-rewriter.ts';

const place = { prefix: '/p', hosts: ['web'] };

function rewritten(page: string): string {
  const rewriter = new HtmlRewriter(place);
  return Buffer.concat([rewriter.push(Buffer.from(page)), rewriter.end()]).toString();
}

test('links of the elements that have them are rewritten, however they are written', () => {
  for (const [page, wanted] of [
    ['<a href="/x">', '<a href="/p/x">'],
    ["<A\nHREF = '/x' >", "<A\nHREF = '/p/x' >"],
    ['<a class="href" href=/x>y', '<a class="href" href=/p/x>y'],
    ['<a/href="/x"/>', '<a/href="/p/x"/>'],
    ['<img src="/i" longdesc="/l" alt="/no">', '<img src="/p/i" longdesc="/p/l" alt="/no">'],
    ['<script src="/s"></script><a href="/x">', '<script src="/p/s"></script><a href="/p/x">'],
    ['<a title=">" href="/x">', '<a title=">" href="/p/x">'],
    ['<a href="http://web/x">', '<a href="/p/x">'],
    ['<!-- > --><a href="/x">', '<!-- > --><a href="/p/x">'],
    ['<!--><a href="/x">', '<!--><a href="/p/x">'],
    ['<!doctype html><?x ?></ ><a href="/x">', '<!doctype html><?x ?></ ><a href="/p/x">'],
    ['1 < 2 <a href="/ü">', '1 < 2 <a href="/p/ü">'],
  ])
    assert.equal(rewritten(page!), wanted);
});

test('everything else stays as it is', () => {
  for (const page of [
    '<a href="x"> <a href="//other/x"> <a href="mailto:y"> <a href="/p/x"> <a href>',
    '<div href="/x"> </a href="/x">',
    '<!-- <a href="/x"> -->',
    '<script>"<a href=\'/x\'>"</script>',
    '<style><a href="/x"></styles></style>',
    '<a href="/x"',
    `<a href="/x" ${'y '.repeat(MAX_TAG)}>`,
  ])
    assert.equal(rewritten(page), page);
});
