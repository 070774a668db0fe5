import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ApiError } from '../api/http';
import { api } from '../api/routes';
import type { Person } from '../api/types';
import type { Draft, State } from '../store/state';
import { icons } from '../styles/icons';
import { HarborElement } from './element';
import { pickerStyles } from './recipient-picker-styles';

const pauseMs = 120;
const shown = 8;
type Chosen = Draft['recipients'];

/** A combobox that collects people. Fires `chosen` with the new list. */
@customElement('harbor-recipient-picker')
export class RecipientPicker extends HarborElement {
  static override styles = [...HarborElement.styles, pickerStyles];

  @property({ attribute: false }) chosen: Chosen = [];
  @property() problem = '';
  @state() private found: Person[] | null = null;
  @state() private active = -1;
  @state() private isOpen = false;
  @query('input') private readonly input!: HTMLInputElement;
  private asked = 0;
  private answered = ''; // the text to which `found` is the answer
  private isAwaited = false; // Enter came before the answer: it means what the answer will say
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected uses({ tenantId }: State): unknown[] {
    return [tenantId];
  }

  override focus(): void {
    this.input.focus();
  }

  protected override willUpdate(changes: PropertyValues): void {
    if (changes.has('chosen')) this.active = -1;
  }

  private get options(): Person[] {
    return (this.found ?? []).filter(({ email }) => !this.chosen.some((one) => one.email === email)).slice(0, shown);
  }

  protected override render(): TemplateResult {
    const { words, options } = this;
    const isListed = this.isOpen && this.found !== null;
    const current = isListed && options[this.active] ? `option-${this.active}` : nothing;
    return html`<div class="field">
      <label for="input">${words.recipients}</label>
      <div class="box" @click=${(): void => this.input.focus()}>
        ${this.chosen.map((one) => this.chip(one))}
        <input id="input" role="combobox" autocomplete="off" spellcheck="false" aria-autocomplete="list"
          aria-expanded=${isListed} aria-controls="options" aria-activedescendant=${current}
          aria-invalid=${this.problem !== ''} aria-describedby="problem"
          placeholder=${this.chosen.length === 0 ? words.recipientsHint : ''}
          @input=${this.onInput} @focus=${this.open} @blur=${this.onBlur} @keydown=${this.onKey}>
      </div>
      <p class="wrong" id="problem">${this.problem}</p>
      <ul class="options" id="options" role="listbox" aria-label=${words.recipients} ?hidden=${!isListed}>
        ${options.map((person, index) => this.option(person, index))}
        ${options.length === 0 ? html`<li class="none" role="option" aria-disabled="true" aria-selected="false">${words.noMatch}</li>` : nothing}
      </ul>
    </div>`;
  }

  private chip({ email, name }: Chosen[number]): TemplateResult {
    const label = name || email;
    const remove = (): void => this.choose(this.chosen.filter((one) => one.email !== email));
    return html`<span class="chip" title=${email}><bdi>${label}</bdi>
      <button type="button" aria-label=${this.words.removeRecipient(label)} @click=${remove}>${icons.close}</button></span>`;
  }

  private option(person: Person, index: number): TemplateResult {
    const isActive = index === this.active;
    return html`<li role="option" id="option-${index}" aria-selected=${isActive}
      @mousedown=${(event: Event): void => event.preventDefault()} @click=${(): void => this.add(person)}>
      <bdi>${person.name || person.email}</bdi><span class="address">${person.email}</span>
    </li>`;
  }

  private onInput(): void {
    this.isAwaited = false;
    this.open();
  }

  private open(): void {
    this.isOpen = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.search(), this.found === null ? 0 : pauseMs);
  }

  private onBlur(): void {
    this.isOpen = false;
  }

  private async search(): Promise<void> {
    const { tenantId } = this.state;
    const turn = (this.asked += 1);
    const { text } = this;
    try {
      const page = await api.recipients(tenantId ?? '', text, shown + this.chosen.length);
      if (turn !== this.asked) return; // an older question's answer
      this.found = page.items;
      this.answered = text;
      this.active = text === '' ? -1 : 0; // whom nobody asked for is not chosen by Enter
      if (this.isAwaited) this.add(this.options[0]);
    } catch (error) {
      if (error instanceof ApiError && turn === this.asked) this.found = null; // sending will say what is wrong
    }
  }

  private get text(): string {
    return this.input.value.trim();
  }

  private onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (step !== undefined) {
      event.preventDefault();
      this.walk(step);
    } else if (event.key === 'Enter') {
      event.preventDefault(); // never sends: the name may not be chosen yet
      if (this.text === this.answered) this.add(this.isOpen ? this.options[this.active] : undefined);
      else this.await();
    } else if (event.key === 'Escape' && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.isOpen = false;
    } else if (event.key === 'Backspace' && this.input.value === '') {
      this.choose(this.chosen.slice(0, -1));
    }
  }

  private await(): void {
    this.isAwaited = true;
    clearTimeout(this.timer);
    void this.search();
  }

  private walk(step: number): void {
    const { length } = this.options;
    if (length === 0 || this.text !== this.answered) return; // these are not for what is written
    this.isOpen = true;
    this.active = (Math.max(this.active, step < 0 ? 0 : -1) + step + length) % length;
  }

  private add(person: Person | undefined): void {
    this.isAwaited = false;
    if (!person) return;
    this.input.value = '';
    this.choose([...this.chosen, { email: person.email, name: person.name }]);
    if (this.shadowRoot?.activeElement) this.open();
  }

  private choose(chosen: Chosen): void {
    this.dispatchEvent(new CustomEvent<Chosen>('chosen', { detail: chosen }));
  }
}
