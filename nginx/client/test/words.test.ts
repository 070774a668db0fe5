import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { de } from '../src/i18n/de';
import { en } from '../src/i18n/en';
import { es } from '../src/i18n/es';
import { fr } from '../src/i18n/fr';
import { nl } from '../src/i18n/nl';
import { aliases } from '../src/i18n/words';

const languages = { en, de, es, fr, nl };
type Tree = { [key: string]: unknown };

/** Every text, with what the functions make of their arguments. */
function texts(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    if (typeof value === 'function') return [1, 2, 7].map((n): [string, string] => [`${path}${key}(${n})`, (value as (...all: unknown[]) => string)(n, n)]);
    return typeof value === 'string' ? [[path + key, value] as [string, string]] : texts(value as Tree, `${path}${key}.`);
  });
}

// What the same word may be: names, and words that two languages share.
const same = new Set(['product', 'live', 'offline', 'priorities.normal', 'priority', 'archive', 'archived', 'account', 'messages', 'links', 'stopped', 'email', 'subject', 'body']);

test.each(['de', 'es', 'fr', 'nl'] as const)('%s: nothing is left untranslated, empty or without its argument', (language) => {
  const own = new Map(texts(languages[language]));
  for (const [key, english] of texts(en)) {
    const text = own.get(key) ?? '';
    expect(text.trim(), key).not.toBe('');
    const base = key.replace(/\(.*/, '');
    if (!same.has(base)) expect(text, key).not.toBe(english);
    if (/\([27]\)$/.test(key) && /[27]/.test(english)) expect(text, key).toMatch(/[27]/);
  }
});

// Faults of a program, not of what a person wrote: "Something went wrong" is what there is to say.
const ours = ['json_', 'unknown_key', 'missing_key', 'bad_request', 'cross_site', 'method_not_allowed', 'unsupported_media_type',
  'idempotency_key_reused', 'internal', 'stale_settings'];

test('every code of the server’s catalogue has words', () => {
  const source = readFileSync(new URL('../../../shared/core/api_error.cpp', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/\{"([a-z_]+)", [45]\d\d, /g)].map((found) => found[1] ?? '');
  expect(codes.length).toBeGreaterThan(20);
  const isKnown = (code: string): boolean => code in en.problems || code in aliases || ours.some((one) => code.startsWith(one));
  expect(codes.filter((code) => !isKnown(code))).toEqual([]);
});
