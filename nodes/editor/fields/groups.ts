/** Parts of a form that most people never need: `<details class="telephony-group">`, closed while they hold what a new node has. */

/** Opens the groups below `form` in which something was changed before, or is wrong; also while it is being edited. */
export function openGroups(form: HTMLElement, node: EditorNode, defaults: object): void {
  const groups = [...form.querySelectorAll<HTMLDetailsElement>('details.telephony-group')];
  const isChanged = (group: Element): boolean =>
    Object.entries(defaults).some(([name, value]) => {
      const saved = node[name];
      const isField = group.querySelector(
        `[id="node-input-${name}"], [id="node-config-input-${name}"], #telephony-${name}`,
      );
      return isField !== null && saved !== undefined && String(saved) !== String(value);
    });
  for (const group of groups) if (isChanged(group)) group.open = true;
  const openWrong = (): void => {
    for (const group of groups) if (group.querySelector('.input-error')) group.open = true;
  };
  $(form).on('change keyup', openWrong);
  openWrong();
}
