import { css } from 'lit';

export const pickerStyles = css`
  :host {
    display: block;
  }
  .field {
    position: relative;
  }
  .box {
    display: flex;
    flex-wrap: wrap;
    gap: 0.375rem;
    max-height: 8rem;
    min-height: 2.75rem;
    padding: 0.375rem 0.5rem;
    overflow-y: auto;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--_surface);
    cursor: text;
  }
  .box:focus-within {
    border-color: var(--_accent);
    outline: 2px solid var(--_accent);
  }
  input {
    flex: 1 1 6rem;
    min-width: 0;
    min-height: 1.875rem;
    padding: 0 0.25rem;
    border: 0;
    background: transparent;
  }
  input:focus-visible {
    outline: none;
  }
  @media (max-width: 640px) {
    input {
      font-size: 1rem;
    }
  }
  input::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    max-width: 100%;
    padding-left: 0.625rem;
    border-radius: 1rem;
    background: var(--_chosen);
    font-size: 0.875rem;
  }
  .chip bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .chip button {
    display: grid;
    place-items: center;
    width: 1.875rem;
    height: 1.875rem;
    border: 0;
    border-radius: 50%;
    background: transparent;
  }
  .chip button svg {
    width: 0.875rem;
    height: 0.875rem;
  }
  .options {
    position: absolute;
    z-index: 3;
    top: 100%;
    right: 0;
    left: 0;
    max-height: 16rem;
    padding: 0.25rem;
    overflow-y: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .options[hidden] {
    display: none;
  }
  .options li {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    align-items: baseline;
    padding: 0.5rem 0.625rem;
    border-radius: 7px;
    cursor: pointer;
  }
  .options li[aria-selected='true'],
  .options li:hover {
    background: var(--_chosen);
  }
  .options .none {
    color: var(--_muted);
    cursor: default;
  }
  .address {
    color: var(--_muted);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }
`;
