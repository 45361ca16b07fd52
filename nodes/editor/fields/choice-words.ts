/** Says beside a field, in a sentence that follows what is chosen or typed, what it comes to: `<p data-words="response">`. */
import type { Problem } from '../../../src/errors';
import { typedValues } from '../saved-properties';

/** A sentence for each `data-words` below `form`, made of what the panel would save. */
export type Sentences<Config> = Readonly<Record<string, (config: Config) => string>>;

/** Keeps the sentences up to date. A field in which something is wrong has none: the reason is shown at it. */
export function wordsBeside<Config>(
  form: HTMLElement,
  parseConfig: (saved: unknown) => { readonly config: Config; readonly problems: readonly Problem[] },
  sentences: Sentences<Config>,
): void {
  const places = [...form.querySelectorAll<HTMLElement>('[data-words]')];
  const names = [...form.querySelectorAll('[id^="node-input-"], [id^="node-config-input-"]')].map(({ id }) =>
    id.replace(/^node-(config-)?input-/, ''),
  );
  const update = (): void => {
    const { config, problems } = parseConfig(typedValues(names));
    for (const place of places) {
      const name = place.dataset['words'] ?? '';
      const words = problems.some(({ field }) => field === name) ? '' : sentences[name]?.(config);
      // A screen reader says what changes, so what has not is left alone.
      if (place.textContent !== words) place.textContent = words ?? '';
    }
  };
  form.addEventListener('input', update);
  $(form).on('change', update);
  update();
}
