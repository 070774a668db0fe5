import { css } from 'lit';

export const listStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    background: var(--_surface);
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  li {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 5.75rem;
  }
  .empty {
    display: grid;
    gap: 0.25rem;
    padding: 4rem 1.5rem;
    text-align: center;
  }
  .empty p {
    color: var(--_muted);
    text-wrap: balance;
  }
  .problem {
    display: grid;
    gap: 0.5rem;
    justify-items: start;
    margin: 0.75rem;
  }
  .more {
    display: flex;
    justify-content: center;
    padding: 1rem;
  }
  .bone {
    display: flex;
    gap: 0.75rem;
    padding: 0.75rem 1rem;
    border-bottom: 1px solid var(--_line);
    animation: pulse 1.2s ease-in-out infinite alternate;
  }
  .bone i {
    display: block;
    height: 0.75rem;
    margin: 0.375rem 0;
    border-radius: 6px;
    background: var(--_raised);
  }
  .bone .round {
    width: 2.5rem;
    height: 2.5rem;
    margin: 0;
    border-radius: 50%;
  }
  .bone div {
    flex: 1;
  }
  .bone .short {
    width: 45%;
  }
  @keyframes pulse {
    to {
      opacity: 0.5;
    }
  }
`;
