// What the page itself says, before any script: one entry per language there is.
export const titles = {
  en: { title: 'Messages – Harbor', noscript: 'Harbor Messaging needs JavaScript.' },
  de: { title: 'Nachrichten – Harbor', noscript: 'Harbor Messaging braucht JavaScript.' },
  es: { title: 'Mensajes – Harbor', noscript: 'Harbor Messaging necesita JavaScript.' },
  fr: { title: 'Messages – Harbor', noscript: 'Harbor Messaging a besoin de JavaScript.' },
  nl: { title: 'Berichten – Harbor', noscript: 'Harbor Messaging heeft JavaScript nodig.' },
} as const;

export type Language = keyof typeof titles;
