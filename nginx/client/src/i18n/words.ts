// The words of the chosen language. English comes with the program; another language is one small file more.
import { ApiError } from '../api/http';
import { en, type Words } from './en';
import type { Language } from './titles';

const loaders: Record<Language, () => Promise<Words>> = {
  en: async () => en,
  de: async () => (await import('./de')).de,
  es: async () => (await import('./es')).es,
  fr: async () => (await import('./fr')).fr,
  nl: async () => (await import('./nl')).nl,
};

export const languageNames: Record<Language, string> = {
  en: 'English', de: 'Deutsch', es: 'Español', fr: 'Français', nl: 'Nederlands',
};

let current: Words = en;

export type { Words };
export const words = (): Words => current;

/** Without its file (no network) the words stay as they are. */
export async function speak(language: Language): Promise<void> {
  current = await loaders[language]().catch(() => current);
}

type ProblemCode = keyof Words['problems'];
const isKnown = (code: string): code is ProblemCode => Object.hasOwn(en.problems, code);

/** Same sense, same words. */
export const aliases: Record<string, ProblemCode> = {
  body_incomplete: 'invalid', bad_value: 'invalid', wrong_type: 'invalid', unknown_role: 'unknown_recipient', required: 'missing', not_a_web_link: 'invalid',
};

export function sayCode(code: string): string {
  const known = aliases[code] ?? code;
  return current.problems[isKnown(known) ? known : 'other'];
}

export const sayProblem = (error: ApiError): string => sayCode(error.code);

/** What is wrong with a field of a form, by the first word of the server's path: `recipients[2]` is `recipients`. */
export function sayField(error: ApiError | null, field: string): string | null {
  const errors = error?.problem.errors ?? [];
  const found = errors.find((one) => one.field.split(/[[.]/)[0] === field);
  if (found) return sayCode(found.code);
  return error?.problem.field?.split(/[[.]/)[0] === field ? sayCode(error.code) : null;
}
