import { expect, test } from 'vitest';
import { linkify, webAddress } from '../src/elements/linkify';

const urls = (text: string): string[] => linkify(text).flatMap((part) => (typeof part === 'string' ? [] : part.url));
const whole = (text: string): string => linkify(text).map((part) => (typeof part === 'string' ? part : part.text)).join('');

test.each([
  ['See https://example.org/a.', ['https://example.org/a']],
  ['(https://example.org/a_(b))', ['https://example.org/a_(b)']],
  ['http://a.example and HTTPS://B.example/x?y=1#z!', ['http://a.example/', 'https://b.example/x?y=1#z']],
  ['javascript:alert(1) data:text/html,x ftp://a.example', []],
  ['https://user:pass@evil.example/', []],
  ['https://', []],
  ['"https://a.example/"onmouseover="x"', ['https://a.example/']],
  ['https://аррӏе.example/', ['https://xn--80ak6aa92e.example/']],
  ['a\u202ehttps://moc.live/\u202cb', ['https://moc.live/']],
])('%s', (text, want) => {
  expect(urls(text)).toEqual(want);
  expect(whole(text)).toBe(text);
});

test('a long text without addresses is one part, quickly', () => {
  const text = 'http:/'.repeat(10_000) + ')'.repeat(10_000);
  const begun = performance.now();
  expect(whole(text)).toBe(text);
  expect(whole(`https://a.example/${')'.repeat(60_000)}`).length).toBe(60_018);
  expect(performance.now() - begun).toBeLessThan(1000);
});

test('an address is http or https, without credentials', () => {
  expect(webAddress('https://a.example')).toBe('https://a.example/');
  for (const text of ['javascript:alert(1)', 'https://u@a.example', '//a.example', 'x']) expect(webAddress(text)).toBeNull();
});
