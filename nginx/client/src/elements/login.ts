import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { ApiError } from '../api/http';
import { sayProblem } from '../i18n/words';
import type { State } from '../store/state';
import { icons } from '../styles/icons';
import { HarborElement } from './element';
import { languageLinks, languageLinkStyles } from './language-links';

@customElement('harbor-login')
export class Login extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    languageLinkStyles,
    css`
      :host {
        display: grid;
        place-items: center;
        min-height: 100%;
        padding: 1.5rem 1rem;
        background: var(--_page);
      }
      main {
        width: min(24rem, 100%);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.625rem;
        margin-bottom: 1.25rem;
        color: var(--_accent);
        font-size: 1.125rem;
        font-weight: 650;
      }
      .brand svg {
        width: 1.75rem;
        height: 1.75rem;
      }
      h1 {
        font-size: 1.25rem;
        font-weight: 620;
        line-height: 1.3;
      }
      form {
        display: grid;
        gap: 1.125rem;
        padding: 1.75rem;
        border: 1px solid var(--_line);
        border-radius: 16px;
        background: var(--_surface);
      }
      .button.main {
        min-height: 2.75rem;
      }
      [role='alert']:empty {
        margin-top: -1.125rem;
      }
      .note {
        color: var(--_muted);
      }
      nav {
        margin-top: 1.25rem;
      }
    `,
  ];

  @state() private problem: ApiError | null = null;
  @state() private isBusy = false;
  @query('#email') private readonly email!: HTMLInputElement;
  @query('#password') private readonly password!: HTMLInputElement;

  protected uses({ session, sessionNote }: State): unknown[] {
    return [session, sessionNote];
  }

  protected override render(): TemplateResult {
    const { words } = this;
    return html`<main>
      <p class="brand">${icons.anchor}${words.product}</p>
      <form @submit=${this.onSubmit}>
        <h1>${words.signInTitle}</h1>
        ${this.note()}
        <div class="field">
          <label for="email">${words.email}</label>
          <input id="email" class="input" name="email" type="email" autocomplete="username" required autofocus>
        </div>
        <div class="field">
          <label for="password">${words.password}</label>
          <input id="password" class="input" name="password" type="password" autocomplete="current-password" required>
        </div>
        <div role="alert">${this.problem ? html`<p class="problem">${sayProblem(this.problem)}</p>` : nothing}</div>
        <button class="button main" aria-disabled=${this.isBusy}>${this.isBusy ? words.signingIn : words.signIn}</button>
      </form>
      ${languageLinks(this.state.language, words)}
    </main>`;
  }

  private note(): TemplateResult | typeof nothing {
    const { sessionNote } = this.state;
    if (!sessionNote) return nothing;
    return html`<p class="note" role="status">${sessionNote === 'ended' ? this.words.sessionEnded : this.words.unreachable}</p>`;
  }

  private async onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isBusy) return;
    this.isBusy = true;
    this.problem = null;
    try {
      await this.app.session.signIn(this.email.value.trim(), this.password.value);
    } catch (error) {
      this.problem = error instanceof ApiError ? error : new ApiError(0, 'other');
      this.password.select();
    } finally {
      this.isBusy = false;
    }
  }
}
