// What every element starts from.
import { css } from 'lit';

/** Read out, not seen, and never what makes the page wider. */
export const forEars = css`
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
`;

export const shared = css`
  :host {
    box-sizing: border-box;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box; /* not inherited: what is in a <details> would inherit from its inside */
  }
  h1,
  h2,
  h3,
  p,
  ul,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  button,
  input,
  textarea,
  select {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  a {
    color: var(--_accent);
  }
  svg {
    display: block;
    width: 1.25em;
    height: 1.25em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .unseen {
    ${forEars}
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-height: 2.5rem;
    padding: 0 1rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    font-weight: 500;
    text-decoration: none;
    white-space: nowrap;
  }
  .button:hover {
    border-color: var(--_edge);
  }
  .button.main {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .button.main:hover {
    background: var(--_accent-strong);
  }
  .button.danger {
    border-color: transparent;
    background: var(--_danger);
    color: var(--_surface);
  }
  .button.danger:hover {
    border-color: var(--_text);
  }
  .button.plain {
    border-color: transparent;
    background: transparent;
  }
  .button.plain:hover {
    background: var(--_raised);
  }
  .button.square {
    width: 2.5rem;
    padding: 0;
  }
  .button[aria-disabled='true'] {
    cursor: progress;
    opacity: 0.75;
  }
  .problem {
    padding: 0.625rem 0.875rem;
    border-radius: var(--_radius);
    background: var(--_danger-soft);
    color: var(--_danger);
  }
  .field {
    display: grid;
    gap: 0.25rem;
  }
  .field label,
  .label {
    color: var(--_muted);
    font-size: 0.8125rem;
    font-weight: 500;
  }
  .input {
    width: 100%;
    min-height: 2.75rem;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .input:focus-visible {
    border-color: var(--_accent);
    outline-offset: 0;
  }
  .input[aria-invalid='true'] {
    border-color: var(--_danger);
  }
  .wrong {
    color: var(--_danger);
    font-size: 0.8125rem;
  }
  @media (max-width: 640px) {
    .input,
    select {
      font-size: 1rem; /* phones zoom into fields of smaller letters */
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
