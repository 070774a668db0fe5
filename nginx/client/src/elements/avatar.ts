import { css, html, type TemplateResult } from 'lit';

const hues = 6;

/** Initials on one of a few colours; the same address always has the same. */
export function avatar(name: string, email: string): TemplateResult {
  const sum = [...email].reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  const initials = (name || email).split(/[\s@.]+/u).filter(Boolean).slice(0, 2).map((word) => [...word][0]?.toUpperCase()).join('');
  return html`<span class="avatar hue-${sum % hues}" aria-hidden="true">${initials}</span>`;
}

export const avatarStyles = css`
  .avatar {
    display: grid;
    flex: none;
    place-items: center;
    width: 2.5rem;
    height: 2.5rem;
    border-radius: 50%;
    background: var(--_hue);
    color: #fff;
    font-size: 0.8125rem;
    font-weight: 600;
    letter-spacing: 0.02em;
  }
  .hue-0 { --_hue: #2b6a8f; }
  .hue-1 { --_hue: #6b4f9a; }
  .hue-2 { --_hue: #8a4b6b; }
  .hue-3 { --_hue: #3f6f4a; }
  .hue-4 { --_hue: #85562f; }
  .hue-5 { --_hue: #47617a; }
`;
