import { commands, type Memento } from 'vscode';
import { contextKeys } from '../../contributions.ts';
import {
  type Arrangement,
  type Filter,
  isNarrowing,
  needsDead,
  noFilter,
  type Preset,
  parsedArrangement,
  parsedPresets,
  usualArrangement,
  withPreset,
} from '../../core/arrange/arrangement.ts';
import { type Disposable, Emitter } from '../../core/event.ts';

const arrangementKey = 'arrangement';
const presetsKey = 'presets';

/** Where version 0.1 kept whether dead tokens are shown. */
const earlierKey = 'showsExpired';

/** What the user chose for the view, remembered between sessions and told to the menus. */
export class ViewState implements Disposable {
  readonly #state: Memento;
  readonly #changed = new Emitter<void>();
  readonly #changedNeed = new Emitter<void>();
  readonly #changedPresets = new Emitter<void>();
  #arrangement: Arrangement;
  readonly onDidChange = this.#changed.event;
  /** Whether services are asked for dead tokens has changed, so that all has to be read anew. */
  readonly onDidChangeIncludesExpired = this.#changedNeed.event;
  readonly onDidChangePresets = this.#changedPresets.event;

  constructor(state: Memento) {
    this.#state = state;
    const before = { filter: { showsExpired: state.get(earlierKey) } };
    this.#arrangement = parsedArrangement(state.get(arrangementKey) ?? before);
    void this.#tellMenus();
  }

  get arrangement(): Arrangement {
    return this.#arrangement;
  }

  /** Whether tokens that are dead are shown. */
  get showsExpired(): boolean {
    return this.#arrangement.filter.showsExpired;
  }

  get presets(): readonly Preset[] {
    return parsedPresets(this.#state.get(presetsKey));
  }

  /** Whether services are asked for dead tokens, too. */
  get includesExpired(): boolean {
    return needsDead(this.#arrangement.filter);
  }

  async arrange(change: Partial<Arrangement>): Promise<void> {
    await this.#show({ ...this.#arrangement, ...change });
    await this.#state.update(arrangementKey, this.#arrangement);
  }

  async filter(change: Partial<Filter>): Promise<void> {
    await this.arrange({ filter: { ...this.#arrangement.filter, ...change } });
  }

  /** Whether dead tokens are shown is no filter: it stays. */
  async clearFilter(): Promise<void> {
    const { showsExpired } = this.#arrangement.filter;
    await this.arrange({ filter: { ...noFilter, showsExpired } });
  }

  async savePreset(name: string): Promise<void> {
    await this.#keepPresets(withPreset(this.presets, { name, arrangement: this.#arrangement }));
  }

  async deletePreset(name: string): Promise<void> {
    await this.#keepPresets(this.presets.filter((preset) => preset.name !== name));
  }

  /** As if nothing had ever been chosen. It deletes nothing that is stored. */
  async reset(): Promise<void> {
    await this.#show(usualArrangement);
  }

  dispose(): void {
    this.#changed.dispose();
    this.#changedNeed.dispose();
    this.#changedPresets.dispose();
  }

  async #keepPresets(presets: readonly Preset[]): Promise<void> {
    await this.#state.update(presetsKey, presets);
    this.#changedPresets.fire();
  }

  async #show(arrangement: Arrangement): Promise<void> {
    const didInclude = this.includesExpired;
    this.#arrangement = arrangement;
    await this.#tellMenus();
    this.#changed.fire();
    if (this.includesExpired !== didInclude) {
      this.#changedNeed.fire();
    }
  }

  async #tellMenus(): Promise<void> {
    const { filter, sort, grouping } = this.#arrangement;
    const facts: Readonly<Record<string, unknown>> = {
      [contextKeys.showsExpired]: filter.showsExpired,
      [contextKeys.isFiltered]: isNarrowing(filter),
      [contextKeys.sortedBy]: sort.by,
      [contextKeys.groupedBy]: grouping,
    };
    await Promise.all(
      Object.entries(facts).map(([key, value]) => commands.executeCommand('setContext', key, value)),
    );
  }
}
