import { css } from 'lit';
import { forEars } from '../styles/shared';

export const readerStyles = css`
  :host {
    display: block;
    overflow-y: auto;
    background: var(--_surface);
  }
  .nothing {
    display: grid;
    height: 100%;
    place-content: center;
    justify-items: center;
    gap: 0.75rem;
    padding: 2rem;
    color: var(--_muted);
  }
  .nothing.short {
    height: auto;
    padding-top: 6rem;
  }
  .nothing svg {
    width: 2.5rem;
    height: 2.5rem;
    stroke-width: 1.2;
  }
  .tools {
    position: sticky;
    z-index: 1;
    top: 0;
    display: flex;
    align-items: center;
    gap: 0.125rem;
    min-height: 3.5rem;
    padding: 0 1rem;
    border-bottom: 1px solid var(--_line);
    background: var(--_surface);
  }
  .back {
    display: none;
  }
  .tools .space {
    flex: 1;
  }
  #save[aria-pressed='true'] svg {
    fill: var(--_star);
    stroke: var(--_star);
  }
  .menu {
    display: grid;
    padding: 0.25rem;
  }
  .menu .button {
    justify-content: start;
    padding: 0 0.75rem;
    border-radius: 7px;
  }
  article {
    display: grid;
    gap: 1.25rem;
    max-width: 46rem;
    margin: 0 auto;
    padding: 1.75rem 2rem 4rem;
  }
  h2 {
    font-size: 1.375rem;
    font-weight: 650;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .from {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
  }
  .people {
    flex: 1 1 12rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .when {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.5rem;
    align-content: start;
    align-items: center;
  }
  .name {
    font-weight: 600;
  }
  .address {
    display: inline-block; /* goes to a line of its own before it is broken */
    max-width: 100%;
  }
  .quiet {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .tag {
    padding: 0 0.5rem;
    border-radius: 6px;
    background: var(--_danger-soft);
    color: var(--_danger);
    font-size: 0.75rem;
    font-weight: 600;
  }
  .read {
    display: inline-block;
    color: var(--_live);
    vertical-align: -0.2em;
  }
  .read svg {
    width: 1em;
    height: 1em;
    stroke-width: 2.6;
  }
  .body {
    font-size: 1rem;
    line-height: 1.6;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .tombstone {
    display: grid;
    gap: 0.25rem;
    padding: 0.75rem 1rem;
    border-radius: var(--_radius);
    background: var(--_raised);
    overflow-wrap: anywhere;
  }
  .links {
    display: grid;
    gap: 0.5rem;
    padding-top: 1.25rem;
    border-top: 1px solid var(--_line);
  }
  .links h3 {
    color: var(--_muted);
    font-size: 0.8125rem;
    font-weight: 600;
  }
  .links ul {
    display: grid;
    gap: 0.5rem;
  }
  .links a {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    padding: 0.625rem 0.875rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    color: inherit;
    text-decoration: none;
  }
  .links a:hover {
    border-color: var(--_edge);
  }
  .links a > span {
    display: grid;
    min-width: 0;
  }
  .links .name {
    overflow: hidden;
    font-weight: 500;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .problem {
    display: grid;
    gap: 0.5rem;
    justify-items: start;
    margin: 1rem;
  }
  .bones {
    max-width: 46rem;
    margin: 0 auto;
    padding: 1.75rem 2rem;
  }
  .bones i {
    display: block;
    height: 0.875rem;
    margin-bottom: 0.875rem;
    border-radius: 6px;
    background: var(--_raised);
  }
  .bones .big {
    width: 60%;
    height: 1.5rem;
    margin-bottom: 1.5rem;
  }
  .bones .short {
    width: 40%;
  }
  @media (max-width: 860px) {
    .back {
      display: inline-flex;
    }
    .tools {
      padding: 0 0.5rem;
    }
    article,
    .bones {
      padding: 1.25rem 1rem 3rem;
    }
    .when {
      width: 100%;
    }
  }
  @media (max-width: 480px) {
    .tools {
      gap: 0;
    }
    #reply {
      padding: 0 0.625rem;
    }
    .wide {
      ${forEars}
    }
  }
`;
