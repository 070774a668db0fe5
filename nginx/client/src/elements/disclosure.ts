// A <details> as a small menu: it closes when the focus leaves it, by Escape, and when something in it was chosen.
import { css } from 'lit';

export function onFocusOut(event: FocusEvent): void {
  const details = event.currentTarget as HTMLDetailsElement;
  if (!details.contains(event.relatedTarget as Node | null)) details.open = false;
}

export function onEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape') return;
  const details = event.currentTarget as HTMLDetailsElement;
  if (!details.open) return;
  event.stopPropagation();
  close(details);
}

export function onChosen(event: Event): void {
  const details = event.currentTarget as HTMLDetailsElement;
  if ((event.target as Element).closest('.menu button')) close(details);
}

/** The focus goes back to what opened it, from where a dialog may take it. */
function close(details: HTMLDetailsElement): void {
  details.querySelector('summary')?.focus();
  details.open = false;
}

export const disclosureStyles = css`
  details {
    position: relative;
  }
  summary {
    list-style: none;
    cursor: pointer;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  .menu {
    position: absolute;
    z-index: 6;
    top: calc(100% + 0.25rem);
    right: 0;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
`;
