/** Buttons above a form, each of which opens a pane below them; one is open at a time. */
import { element, icon, show } from '../dom';

export interface Tool {
  readonly icon: string;
  readonly label: string;
  /** Makes what is shown, each time anew or always the same. */
  readonly open: () => HTMLElement;
}

export interface Toolbar {
  open(tool: number): void;
}

export function toolbar(container: HTMLElement, tools: readonly Tool[]): Toolbar {
  const pane = element('div', { class: 'telephony-section telephony-hidden', id: 'telephony-tool-pane' });
  const buttons = tools.map((tool, index) => {
    const button = element(
      'button',
      {
        type: 'button',
        class: 'red-ui-button red-ui-button-small',
        'aria-controls': pane.id,
        'aria-expanded': 'false',
      },
      icon(tool.icon),
      ` ${tool.label}`,
    );
    button.addEventListener('click', () =>
      showPane(button.getAttribute('aria-expanded') === 'true' ? undefined : index),
    );
    return button;
  });
  const showPane = (opened: number | undefined): void => {
    buttons.forEach((button, index) => {
      button.setAttribute('aria-expanded', String(index === opened));
    });
    const tool = opened === undefined ? undefined : tools[opened];
    pane.replaceChildren(...(tool ? [tool.open()] : []));
    show(pane, tool !== undefined);
    pane.querySelector<HTMLElement>('textarea, select')?.focus();
  };
  container.append(...buttons, pane);
  return { open: showPane };
}
