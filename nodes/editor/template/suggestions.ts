/** What can be typed into the body of a template: parameters, helpers, secrets. */
import type { ParameterPicker } from '../fields/parameter-picker';
import type { SecretsTable } from '../fields/secrets-table';
import { HELPERS } from './helper-names';
import type { Suggestion } from './template-language';

export function suggestionsOf(
  picker: ParameterPicker,
  secrets: SecretsTable | undefined,
  translate: Translate,
): readonly Suggestion[] {
  const shown = (example: unknown): string => (typeof example === 'string' ? example : JSON.stringify(example));
  return [
    ...picker.names().map(({ name, description, example }) => {
      return { kind: 'parameter' as const, name, detail: shown(example), documentation: description };
    }),
    ...HELPERS.map((name) => {
      return { kind: 'helper' as const, name, detail: '', documentation: translate(`helpers.${name}`) };
    }),
    ...(secrets?.names() ?? []).map((name) => {
      return { kind: 'secret' as const, name, detail: '', documentation: translate('secretNames.tip') };
    }),
  ];
}
