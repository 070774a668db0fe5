import { defineConfig } from 'vitest/config';
import type { Plugin } from 'vite';
import { titles } from './src/i18n/titles';

// Not part of the one chunk: the two entries, and the languages that only some load.
const ownChunk = /src\/(page|elements)\.ts|index\.html|\.css|i18n\/(de|es|fr|nl)\.ts|worker/;

// One page per language, so that the document says its language before any script runs. nginx chooses by path.
function pagePerLanguage(): Plugin {
  return {
    name: 'harbor-page-per-language',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') throw new Error('there is no index.html to translate');
      for (const [language, words] of Object.entries(titles)) {
        const source = String(page.source)
          .replace('lang="en"', `lang="${language}"`)
          .replaceAll('%title%', words.title)
          .replaceAll('%noscript%', words.noscript);
        this.emitFile({ type: 'asset', fileName: `pages/${language}.html`, source });
      }
      delete bundle['index.html'];
    },
  };
}

export default defineConfig({
  plugins: [pagePerLanguage()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false }, // the polyfill would be an inline script in old browsers
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { page: 'index.html', elements: 'src/elements.ts' },
      // Other applications embed the elements by a name that stays; everything else is named by its content.
      output: {
        entryFileNames: ({ name }) => (name === 'elements' ? 'harbor/elements.js' : 'assets/[name]-[hash].js'),
        manualChunks: (id) => (ownChunk.test(id) ? undefined : 'harbor'),
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': process.env['HARBOR'] ?? 'http://127.0.0.1:8080' } },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
