// How long an event takes from the stream to the screen, as a User Timing measure (the newest only).
const name = 'harbor:event-to-paint';

export function measurePaint(at: number): void {
  if (document.visibilityState !== 'visible') return;
  const start = at - performance.timeOrigin;
  requestAnimationFrame(() => {
    setTimeout(() => {
      performance.clearMeasures(name);
      performance.measure(name, { start: Math.max(0, start), end: performance.now() });
    });
  });
}
