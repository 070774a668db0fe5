import { html, type TemplateResult } from 'lit';
import { linkify } from './linkify';

const outward = 'noopener noreferrer nofollow ugc';

/** A message's body as nodes: text, and links whose words are the address they lead to. */
export const bodyText = (text: string): (string | TemplateResult)[] =>
  linkify(text).map((part) =>
    typeof part === 'string' ? part : html`<a href=${part.url} target="_blank" rel=${outward}>${part.text}</a>`);

export const outwardLink = (url: string, content: unknown): TemplateResult =>
  html`<a href=${url} target="_blank" rel=${outward}>${content}</a>`;
