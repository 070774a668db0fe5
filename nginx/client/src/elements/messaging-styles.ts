import { css } from 'lit';

export const messagingStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 20rem;
    background: var(--_page);
  }
  .start {
    display: grid;
    flex: 1;
    place-content: center;
    color: var(--_accent);
  }
  .start svg {
    width: 3rem;
    height: 3rem;
    animation: wait 1.4s ease-in-out infinite alternate;
  }
  @keyframes wait {
    to {
      opacity: 0.3;
    }
  }
  harbor-login {
    flex: 1;
    overflow-y: auto;
  }
  .skip {
    position: absolute;
    z-index: 10;
    top: 0.5rem;
    left: 0.5rem;
  }
  .skip:not(:focus-visible) {
    clip-path: inset(50%);
    pointer-events: none;
  }
  .strip {
    margin: 0;
    padding: 0.375rem 1rem;
    background: var(--_danger-soft);
    color: var(--_danger);
    font-size: 0.8125rem;
    text-align: center;
    text-wrap: balance;
  }
  .panes {
    display: grid;
    flex: 1;
    grid-template: minmax(0, 1fr) / 13.5rem minmax(0, 1fr);
    min-height: 0;
  }
  main {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(18rem, 25rem) minmax(0, 1fr);
    min-height: 0;
  }
  harbor-list {
    border: solid var(--_line);
    border-width: 0 1px;
  }
  .homeless {
    place-content: center;
    grid-template: auto / minmax(0, 26rem);
    flex: 1;
    padding: 2rem;
    color: var(--_muted);
    text-align: center;
  }
  @media (max-width: 1080px) and (min-width: 861px) {
    .panes {
      grid-template-columns: 11rem minmax(0, 1fr);
    }
    main {
      grid-template-columns: minmax(15rem, 20rem) minmax(0, 1fr);
    }
  }
  @media (max-width: 860px) {
    .panes {
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    }
    .panes.reads {
      grid-template-rows: minmax(0, 1fr);
    }
    main {
      grid-template-columns: minmax(0, 1fr);
    }
    harbor-list {
      border-width: 0;
    }
    .reads harbor-folders,
    .reads harbor-list,
    .panes:not(.reads) harbor-reader {
      display: none;
    }
  }
`;
