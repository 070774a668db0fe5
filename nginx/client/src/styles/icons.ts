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
  person: icon(svg`<circle cx="12" cy="8" r="4"/><path d="M4 21c.8-4.500 4-6.500 8-6.500s7.200 2 8 6.500"/>`),
};
