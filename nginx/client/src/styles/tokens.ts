// Colours and measures. An embedding page may set the --harbor-… ones; the --_… ones are ours.
import { css } from 'lit';

export const tokens = css`
  :host {
    --_page: var(--harbor-page, #f4f6f8);
    --_surface: var(--harbor-surface, #ffffff);
    --_raised: #eef2f5;
    --_pressed: #ffffff;
    --_line: #dbe2e8;
    --_edge: #8694a1;
    --_text: var(--harbor-text, #16212c);
    --_muted: #52606d;
    --_accent: var(--harbor-accent, #0b6a72);
    --_accent-strong: #08545b;
    --_on-accent: #ffffff;
    --_chosen: #e2f1f2;
    --_danger: #b3261e;
    --_danger-soft: #fdecea;
    --_live: #1d8a50;
    --_star: #b26a00;
    --_wait: #b26a00;
    --_off: #b3261e;
    --_shadow: 0 10px 40px rgb(16 32 44 / 18%);
    --_radius: 10px;
    color: var(--_text);
    font: var(--harbor-font, 400 0.9375rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
    color-scheme: light dark;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --_page: var(--harbor-page, #0e141a);
      --_surface: var(--harbor-surface, #151d25);
      --_raised: #1d2731;
      --_pressed: #33424f;
      --_line: #283441;
      --_edge: #66788a;
      --_text: var(--harbor-text, #e6ecf1);
      --_muted: #a0b0be;
      --_accent: var(--harbor-accent, #63c9d1);
      --_accent-strong: #8adbe1;
      --_on-accent: #06262a;
      --_chosen: #16343a;
      --_danger: #ff9c92;
      --_danger-soft: #3a1d1b;
      --_live: #4fc987;
      --_star: #eab65c;
      --_wait: #eab65c;
      --_off: #ff9c92;
      --_shadow: 0 10px 40px rgb(0 0 0 / 55%);
    }
  }
`;
