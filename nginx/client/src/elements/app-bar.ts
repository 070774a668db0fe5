import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { State } from '../store/state';
import { icons } from '../styles/icons';
import { forEars } from '../styles/shared';
import './connection-status';
import { disclosureStyles, onEscape, onFocusOut } from './disclosure';
import { HarborElement } from './element';
import { languageLinks, languageLinkStyles } from './language-links';
import './unread-badge';

@customElement('harbor-app-bar')
export class AppBar extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    languageLinkStyles,
    disclosureStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 0.25rem;
        min-height: 3.5rem;
        padding: 0 0.75rem 0 1rem;
        border-bottom: 1px solid var(--_line);
        background: var(--_surface);
      }
      h1 {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        margin-right: 0.75rem;
        color: var(--_accent);
        font-size: 1rem;
        font-weight: 650;
      }
      select {
        min-width: 0;
        min-height: 2.25rem;
        padding: 0 0.5rem;
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        background: var(--_surface);
      }
      .tenant {
        overflow: hidden;
        color: var(--_muted);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .space {
        flex: 1;
      }
      .menu {
        display: grid;
        gap: 0.875rem;
        width: min(24rem, 92vw);
        padding: 1rem;
      }
      .who {
        overflow-wrap: anywhere;
      }
      .who span {
        display: block;
        color: var(--_muted);
        font-size: 0.8125rem;
      }
      .menu .languages {
        justify-content: start;
      }
      @media (max-width: 480px) {
        :host {
          padding: 0 0.25rem 0 0.75rem;
        }
        h1 {
          margin-right: 0.25rem;
        }
        h1 span {
          ${forEars}
        }
      }
    `,
  ];

  protected uses({ person, tenantId }: State): unknown[] {
    return [person, tenantId];
  }

  protected override render(): TemplateResult {
    const { words, state } = this;
    const name = state.person?.name || state.person?.email || '';
    return html`
      <h1>${icons.anchor}<span>${words.product}</span></h1>
      ${this.tenants()}
      <span class="space"></span>
      <harbor-connection-status></harbor-connection-status>
      <harbor-unread-badge></harbor-unread-badge>
      <details @focusout=${onFocusOut} @keydown=${onEscape}>
        <summary class="button plain square" role="button" id="account" aria-label=${words.account(name)} title=${name}>${icons.person}</summary>
        <div class="menu">
          <p class="who"><bdi>${name}</bdi><span>${state.person?.email}</span></p>
          ${languageLinks(state.language, words)}
          <button class="button" id="sign-out" @click=${this.onSignOut}>${words.signOut}</button>
        </div>
      </details>`;
  }

  private tenants(): TemplateResult | typeof nothing {
    const { person, tenantId } = this.state;
    const tenants = person?.tenants ?? [];
    if (tenants.length === 0) return nothing;
    if (tenants.length === 1) return html`<span class="tenant"><bdi>${tenants[0]?.name}</bdi></span>`;
    return html`<select aria-label=${this.words.tenant} @change=${this.onTenant}>
      ${tenants.map(({ id, name }) => html`<option value=${id} ?selected=${id === tenantId}>${name}</option>`)}
    </select>`;
  }

  private onTenant(event: Event): void {
    this.app.session.choose((event.target as HTMLSelectElement).value);
  }

  private onSignOut(): void {
    void this.app.session.signOut().catch(() => {}); // no answer: still signed in, and the status says so
  }
}
