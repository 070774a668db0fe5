// Text with its web addresses found: parts to make nodes of, never HTML. Pure.
export type Part = string | { url: string; text: string };

const candidate = /https?:\/\/[^\s<>"'`\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const tail = /[.,;:!?'"*_~\]]+$/u; // belongs to the sentence, not to the address

export function linkify(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const found of text.matchAll(candidate)) {
    const shown = trimmed(found[0]);
    const url = webAddress(shown);
    if (!url) continue;
    if (found.index > end) parts.push(text.slice(end, found.index));
    parts.push({ url, text: shown });
    end = found.index + shown.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** The address in its one canonical form, if it is http(s) without credentials; else null. */
export function webAddress(text: string): string | null {
  try {
    const url = new URL(text);
    const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
    return isWeb && url.username === '' && url.password === '' && url.hostname !== '' ? url.href : null;
  } catch {
    return null;
  }
}

/** A closing bracket belongs to the address only if it was opened in it. */
function trimmed(text: string): string {
  let rest = text.replace(tail, '');
  while (rest.endsWith(')') && rest.split(')').length > rest.split('(').length) rest = rest.slice(0, -1).replace(tail, '');
  return rest;
}
