/**
 * A node's secrets. Passwords never come back from the runtime, which keeps all of a node's secrets in one: existing ones
 * show as dots, and whoever changes one has to type all.
 */

import { isJsonObject } from '../../../src/json';
import { SECRET_NAME } from '../../../src/parse';
import { element, nameRemoval, startTyping } from '../dom';

interface Secret {
  readonly name: string;
  /** It is kept by the runtime, and nobody here knows it. */
  readonly kept?: boolean;
  readonly password?: string;
}

export interface SecretsTable {
  names(): string[];
  /** Adds one, or gives one that is there another password. */
  add(name: string, password: string): void;
}

/** Node-RED's mark for a password that exists and stays. */
const KEPT = '__PWRD__';

/** What there is to say of the secrets of a node: names without a password, as far as they are known here. */
export function secretProblems(names: unknown, node: EditorNode): readonly { field: string; reason: string }[] {
  const { secrets, has_secrets: areKept } = node.credentials ?? {};
  if (!Array.isArray(names) || (secrets === undefined && areKept !== false)) return [];
  const typed = passwordsIn(String(secrets ?? ''));
  return names.some((name) => !typed[String(name)]) ? [{ field: 'secretNames', reason: 'secrets.typeAll' }] : [];
}

/** The secrets of a credential that was typed and is not deployed yet. */
function passwordsIn(credential: string): Readonly<Record<string, string>> {
  if (credential === '' || credential === KEPT) return {};
  try {
    const parsed: unknown = JSON.parse(credential);
    return isJsonObject(parsed) ? (parsed as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** `credential` is Node-RED's password field for the JSON text of all secrets. */
export function secretsTable(
  container: HTMLElement,
  credential: HTMLInputElement,
  options: { readonly names: readonly string[]; readonly translate: Translate; readonly label: string },
): SecretsTable {
  const { translate } = options;
  const hadSecrets = credential.value === KEPT;
  const typedBefore = passwordsIn(credential.value);
  const note = element('p', { class: 'telephony-problem', role: 'alert' });
  const list = $(element('ol')).appendTo(container);
  container.append(note);
  let isChanged = false;

  const rows = (): { name: HTMLInputElement; password: HTMLInputElement }[] =>
    [...container.querySelectorAll<HTMLElement>('.telephony-secret')].flatMap((row) => {
      const [name, password] = row.querySelectorAll('input');
      return name && password && !row.closest('.red-ui-editableList-item-deleting') ? [{ name, password }] : [];
    });
  const names = (): string[] => rows().flatMap(({ name }) => (name.value.trim() === '' ? [] : [name.value.trim()]));

  /** From the first change on, every password has to be typed, and what was typed is what will be saved. */
  const changed = (): void => {
    if (!isChanged) {
      isChanged = true;
      for (const { password } of rows()) password.placeholder = translate('secrets.again');
    }
    const typed = rows().filter(({ name }) => name.value.trim() !== '');
    const missing = typed.filter(({ password }) => password.value === '');
    for (const { password } of rows()) {
      password.classList.toggle(
        'input-error',
        missing.some((row) => row.password === password),
      );
    }
    note.textContent = hadSecrets && missing.length > 0 ? translate('secrets.typeAll') : '';
    const given = typed.filter(({ password }) => password.value !== '');
    const secrets = Object.fromEntries(given.map(({ name, password }) => [name.value.trim(), password.value]));
    credential.value = given.length === 0 ? '' : JSON.stringify(secrets);
    $(credential).trigger('change');
  };

  list.editableList<Partial<Secret>>({
    addButton: translate('secrets.add'),
    height: 'auto',
    removable: true,
    scrollOnAdd: false,
    ariaLabel: options.label,
    addItem(row, _index, { name, kept = false, password: given = '' }) {
      nameRemoval(row[0], translate('textList.remove'));
      const nameInput = element('input', {
        type: 'text',
        class: 'telephony-key',
        placeholder: translate('secrets.name'),
        'aria-label': translate('secrets.name'),
      });
      nameInput.value = name ?? '';
      const password = element('input', {
        type: 'password',
        autocomplete: 'new-password',
        placeholder: kept && !isChanged ? '••••••••' : translate('secrets.password'),
        'aria-label': translate('secrets.password'),
      });
      password.value = given;
      const problem = element('div', { class: 'telephony-problem', role: 'alert' });
      nameInput.addEventListener('input', () => {
        const wrong = nameInput.value.trim() !== '' && !SECRET_NAME.test(nameInput.value.trim());
        nameInput.classList.toggle('input-error', wrong);
        problem.textContent = wrong ? translate('secretNames.wrong') : '';
        changed();
      });
      password.addEventListener('input', changed);
      row.append(element('div', { class: 'telephony-row telephony-secret' }, nameInput, password), problem);
      if (name === undefined) startTyping(row[0]);
    },
    removeItem: changed,
  });
  for (const name of options.names) {
    list.editableList('addItem', { name, kept: hadSecrets, password: typedBefore[name] ?? '' } satisfies Secret);
  }
  return {
    names,
    add(name, password) {
      const existing = rows().find((row) => row.name.value.trim() === name);
      if (existing) existing.password.value = password;
      else list.editableList('addItem', { name, password } satisfies Secret);
      changed();
    },
  };
}
