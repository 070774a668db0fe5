import { expect, test } from 'vitest';
import { Store } from '../src/store/store';

test('a batch is told once, with what was before all of it', () => {
  const store = new Store();
  const told: [string, string][] = [];
  store.listen((state, before) => told.push([before.language, state.language]));
  store.batch(() => {
    store.dispatch({ type: 'language', language: 'de' });
    store.dispatch({ type: 'language', language: 'fr' });
  });
  store.batch(() => {});
  store.dispatch({ type: 'language', language: 'nl' });
  expect(told).toEqual([['en', 'fr'], ['fr', 'nl']]);
});
