// Text with its web addresses found: parts to make nodes of, never HTML. Pure.
export type Part = string | { url: string; text: string };

const candidate = /https?:\/\/[^\s<>"'`\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const tail = `.,;:!?'"*_~]`; // belongs to the sentence, not to the address

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

/** A closing bracket belongs to the address only if it was opened in it. One walk from the end: a body is hostile. */
function trimmed(text: string): string {
  let surplus = 0;
  for (const letter of text) surplus += letter === ')' ? 1 : letter === '(' ? -1 : 0;
  let end = text.length;
  for (; end > 0; end -= 1) {
    const last = text[end - 1] ?? '';
    if (last === ')' && surplus > 0) surplus -= 1;
    else if (!tail.includes(last)) break;
  }
  return text.slice(0, end);
}
