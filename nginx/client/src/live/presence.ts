// A page holds a lock named after it. Who asks for the same lock gets it when the page is gone, however it went.
const nameOf = (page: string): string => `harbor-page-${page}`;

/** Resolves once the lock is held; the result lets it go. */
export function beHere(page: string): Promise<() => void> {
  return new Promise((resolve) => {
    void navigator.locks.request(nameOf(page), () => new Promise<void>((release) => resolve(release)));
  });
}

export function whenGone(page: string, act: () => void): void {
  void navigator.locks.request(nameOf(page), act);
}
