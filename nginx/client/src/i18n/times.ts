// Times in the reader's language and zone: the hour of today, the day of this year, else the date.
import type { Language } from './titles';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language === 'en' ? regionalEnglish() : language, options);
  formats.set(key, known);
  return known;
}

/** American and British readers write dates differently: their browser knows. */
const regionalEnglish = (): string => navigator.languages.find((one) => one.startsWith('en')) ?? 'en';

/** To the second; of another day with its date. */
export function clockTime(language: Language, ms: number): string {
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const isToday = new Date(ms).toDateString() === new Date().toDateString();
  const found = isToday ? format(language, 'clock', clock) : format(language, 'day clock', { day: 'numeric', month: 'short', ...clock });
  return found.format(ms);
}

export const fullTime = (language: Language, iso: string): string =>
  format(language, 'full', { dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));

export function shortTime(language: Language, iso: string): string {
  const date = new Date(iso);
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return format(language, 'hour', { hour: '2-digit', minute: '2-digit' }).format(date);
  if (date.getFullYear() === now.getFullYear()) return format(language, 'day', { day: 'numeric', month: 'short' }).format(date);
  return format(language, 'date', { dateStyle: 'short' }).format(date);
}
