import { css } from 'lit';

export const composeStyles = css`
  dialog {
    width: min(42rem, calc(100vw - 2rem));
    max-height: min(46rem, calc(100dvh - 2rem));
    margin: auto;
    padding: 0;
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: 16px;
    background: var(--_surface);
    color: inherit;
    box-shadow: var(--_shadow);
  }
  dialog::backdrop {
    background: rgb(10 18 26 / 45%);
  }
  form {
    display: flex;
    flex-direction: column;
    max-height: inherit;
  }
  .head {
    display: flex;
    align-items: center;
    gap: 1rem;
    padding: 0.75rem 0.75rem 0.75rem 1.25rem;
    border-bottom: 1px solid var(--_line);
  }
  h2 {
    flex: 1;
    overflow: hidden;
    font-size: 1.0625rem;
    font-weight: 650;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .fields {
    display: grid;
    gap: 0.75rem;
    min-height: 0;
    padding: 1rem 1.25rem;
    overflow-y: auto;
  }
  textarea {
    min-height: 8rem;
    resize: vertical;
    line-height: 1.55;
  }
  .original {
    max-height: 9rem;
    padding: 0.5rem 0.75rem;
    overflow-y: auto;
    border-inline-start: 3px solid var(--_line);
    color: var(--_muted);
  }
  .original .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .wrong:empty {
    display: none;
  }
  .foot {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    padding: 0.75rem 1.25rem;
    border-top: 1px solid var(--_line);
  }
  .priority {
    display: flex;
    align-items: center;
    gap: 0.5rem;
  }
  select {
    min-height: 2.25rem;
    padding: 0 0.5rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .state {
    flex: 1;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  @media (max-width: 640px) {
    dialog {
      width: 100vw;
      max-width: none;
      height: 100dvh;
      max-height: none;
      border: 0;
      border-radius: 0;
    }
    form {
      height: 100%;
    }
    .head {
      padding-inline: 1rem 0.75rem;
    }
    .fields {
      flex: 1;
      grid-template-rows: auto auto 1fr auto;
      padding: 1rem;
    }
    .body {
      display: flex;
      flex-direction: column;
    }
    textarea {
      flex: 1 0 7rem; /* as much as there is: what is wrong with the draft stays in sight */
      min-height: 0;
      resize: none;
    }
    .foot {
      flex-wrap: wrap;
      gap: 0.5rem;
      justify-content: end;
      padding: 0.75rem 1rem;
    }
    .priority {
      flex: 1;
    }
    .state:empty {
      position: absolute;
    }
    .state:not(:empty) {
      flex-basis: 100%;
    }
  }
`;
