/** A table of which the keys are parameters of the catalogue, which are offered while typing. */
import { findParameter, parameters } from '../../src/event/catalogue';
import { parameterDescription } from './catalogue-words';
import { element } from './dom';
import { type FieldTable, type FieldTableOptions, fieldTable } from './field-table';

export function parameterTable(
  container: HTMLElement,
  options: Omit<FieldTableOptions, 'keyProblem' | 'keyPlaceholder'>,
): FieldTable {
  const names = element('datalist', { id: `${container.id}-parameters` });
  for (const { name, description } of parameters) {
    names.append(element('option', { value: name }, parameterDescription(options.translate, name, description)));
  }
  container.append(names);
  container.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches('.telephony-key')) target.setAttribute('list', names.id);
  });
  return fieldTable(container, {
    ...options,
    keyPlaceholder: options.translate('fixed.key'),
    keyProblem: parameterProblem,
  });
}

/** Also members of parameters that hold objects have values: `custom.region`. */
function parameterProblem(key: string): string | undefined {
  const name = key.trim();
  if (name === '') return 'table.keyEmpty';
  return findParameter(name) || findParameter(name.split('.')[0] ?? '') ? undefined : 'fixed.unknown';
}
