import { svg, html, type TemplateResult } from 'lit';

const icon = (shape: TemplateResult): TemplateResult => html`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

export const icons = {
  anchor: icon(svg`<circle cx="12" cy="5" r="2.2"/><path d="M12 7.200v14M8.200 10.800h7.600M4.500 14c.4 4 3.200 7 7.500 7s7.100-3 7.500-7"/>`),
  pen: icon(svg`<path d="M4 20l1-4L16.500 4.500a2.100 2.100 0 0 1 3 3L8 19l-4 1z"/>`),
  inbox: icon(svg`<path d="M4 13l2.500-8h11L20 13v6H4zM4 13h5l1.500 2.500h3L15 13h5"/>`),
  sent: icon(svg`<path d="M21 3L10 14M21 3l-6.500 18-4.500-7-7-4.500z"/>`),
  back: icon(svg`<path d="M15 5l-7 7 7 7"/>`),
  reply: icon(svg`<path d="M9 7L4 12l5 5M4 12h9a7 7 0 0 1 7 7"/>`),
  mail: icon(svg`<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3.500 7l8.500 6 8.500-6"/>`),
  mailOpen: icon(svg`<path d="M3 10l9-6 9 6v9H3zM3.500 10.500L12 16l8.500-5.500"/>`),
  close: icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`),
  check: icon(svg`<path d="M5 12.500l4.500 4.500L19 7"/>`),
  clip: icon(svg`<path d="M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700l-8.400 8.400a1.700 1.700 0 0 1-2.400-2.400L14.500 7"/>`),
  link: icon(svg`<path d="M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.700-5.700L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.700 5.700L12 17"/>`),
  high: icon(svg`<path d="M12 5v9M12 18.500v.1"/>`),
  archive: icon(svg`<rect x="3" y="4" width="18" height="5" rx="1"/><path d="M5 9v11h14V9M10 13h4"/>`),
  unarchive: icon(svg`<rect x="3" y="4" width="18" height="5" rx="1"/><path d="M5 9v11h14V9M12 18v-5.500M9.500 15l2.500-2.500 2.500 2.500"/>`),
  star: icon(svg`<path d="M12 3.500l2.600 5.400 5.900.800-4.300 4.100 1.100 5.900L12 16.800l-5.300 2.900 1.100-5.900L3.500 9.700l5.900-.800z"/>`),
  bin: icon(svg`<path d="M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10.500 11v5.500M13.500 11v5.500"/>`),
  more: icon(svg`<path stroke-width="3" d="M5 12v.01M12 12v.01M19 12v.01"/>`),
  replyAll: icon(svg`<path d="M12 7l-5 5 5 5M7 7l-5 5 5 5M7 12h8a7 7 0 0 1 6.500 7"/>`),
  forward: icon(svg`<path d="M15 7l5 5-5 5M20 12h-9a7 7 0 0 0-7 7"/>`),
  recall: icon(svg`<path d="M4 9h10a6 6 0 0 1 0 12H8M4 9l4.500-4.500M4 9l4.500 4.500"/>`),
  checks: icon(svg`<path d="M2 12.500l4.500 4.500L15 8M11.500 16l1 1L21.500 8"/>`),
  person: icon(svg`<circle cx="12" cy="8" r="4"/><path d="M4 21c.8-4.500 4-6.500 8-6.500s7.200 2 8 6.500"/>`),
};
