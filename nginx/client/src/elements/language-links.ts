import { css, html, type TemplateResult } from 'lit';
import { addressIn } from '../app/address';
import type { Language } from '../i18n/titles';
import { languageNames, type Words } from '../i18n/words';

/** Each language in its own words. */
export function languageLinks(current: Language, words: Words): TemplateResult {
  const links = Object.entries(languageNames).map(
    ([language, name]) => html`<a href=${addressIn(language as Language)} lang=${language} hreflang=${language}
      aria-current=${language === current ? 'true' : 'false'}>${name}</a>`,
  );
  return html`<nav class="languages" aria-label=${words.language}>${links}</nav>`;
}

export const languageLinkStyles = css`
  .languages {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem clamp(0.5rem, 2.5vw, 0.875rem);
    justify-content: center;
    font-size: 0.8125rem;
  }
  .languages a {
    padding: 0.25rem 0;
    color: var(--_muted);
    text-decoration: none;
  }
  .languages a:hover {
    text-decoration: underline;
  }
  .languages a[aria-current='true'] {
    color: var(--_text);
    font-weight: 600;
  }
`;
