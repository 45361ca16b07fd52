/** What the panels use of Node-RED's editor: the global `RED` and the widgets that it adds to jQuery. No more than is used. */

type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** A node as the editor holds it: saved properties beside what the editor needs. */
interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly _def: { readonly category: string };
  readonly _: Translate;
  name?: string;
  credentials?: Record<string, unknown>;
  /** Of the input or output of a subflow. */
  readonly direction?: 'in' | 'out' | 'status';
  [property: string]: unknown;
}

interface Subflow {
  readonly in: readonly EditorNode[];
  readonly out: readonly EditorNode[];
}

interface Wire {
  readonly source: EditorNode;
  readonly sourcePort: number;
  readonly target: EditorNode;
}

/** True, or the reason why not. Must be declared with two parameters, or Node-RED ignores the reason. */
type Validate = (this: EditorNode, value: unknown, options: unknown) => true | string;

interface SavedProperty {
  readonly value: unknown;
  readonly type?: string;
  readonly required?: boolean;
  readonly validate?: Validate;
}

interface NodeDefinition {
  readonly category: string;
  readonly defaults: Readonly<Record<string, SavedProperty>>;
  readonly credentials?: Readonly<Record<string, { readonly type: 'text' | 'password' }>>;
  readonly color?: string;
  readonly icon?: string;
  readonly inputs?: number;
  readonly outputs?: number;
  readonly align?: 'left' | 'right';
  readonly hasUsers?: boolean;
  readonly paletteLabel?: (this: { readonly _: Translate }) => string;
  readonly label?: (this: EditorNode) => string;
  readonly labelStyle?: (this: EditorNode) => string;
  readonly inputLabels?: (this: EditorNode, index: number) => string;
  readonly outputLabels?: (this: EditorNode, index: number) => string;
  readonly oneditprepare?: (this: EditorNode) => void;
  readonly oneditsave?: (this: EditorNode) => void;
  readonly oneditcancel?: (this: EditorNode) => void;
  readonly oneditresize?: (this: EditorNode, size: { width: number; height: number }) => void;
}

/** Monaco, Ace or a text area, whichever the settings choose; all answer to this much. */
interface CodeEditor {
  getValue(): string;
  setValue(text: string): void;
  destroy(): void;
  resize?(): void;
  focus(): void;
  on(event: 'change', listener: () => void): void;
  /** Ace. */
  insert?(text: string): void;
  /** Monaco. */
  getModel?(): MonacoModel | null;
  getSelection?(): MonacoRange | null;
  setPosition?(position: MonacoPosition): void;
  getTargetAtClientPoint?(x: number, y: number): { readonly position: MonacoPosition | null } | null;
  executeEdits?(
    source: string,
    edits: readonly { readonly range: MonacoRange; readonly text: string; readonly forceMoveMarkers: boolean }[],
  ): void;
}

interface MonacoRange {
  readonly startLineNumber: number;
  readonly startColumn: number;
  readonly endLineNumber: number;
  readonly endColumn: number;
}

interface MonacoPosition {
  readonly lineNumber: number;
  readonly column: number;
}

interface MonacoModel {
  getLineContent(line: number): string;
  getLineCount(): number;
  getLineFirstNonWhitespaceColumn(line: number): number;
  getLineMaxColumn(line: number): number;
}

interface MonacoCompletion {
  readonly label: string;
  readonly kind: number;
  readonly detail: string;
  readonly documentation: string;
  readonly insertText: string;
  readonly range: MonacoRange;
}

interface Monaco {
  readonly languages: {
    register(language: { readonly id: string }): void;
    setMonarchTokensProvider(id: string, tokens: object): void;
    setLanguageConfiguration(id: string, configuration: object): void;
    registerCompletionItemProvider(
      id: string,
      provider: {
        readonly triggerCharacters: readonly string[];
        provideCompletionItems(
          model: MonacoModel,
          position: MonacoPosition,
        ): { readonly suggestions: readonly MonacoCompletion[] };
      },
    ): void;
  };
  readonly editor: {
    setModelMarkers(
      model: MonacoModel,
      owner: string,
      markers: readonly (MonacoRange & { readonly message: string; readonly severity: number })[],
    ): void;
  };
}

interface Window {
  /** Undefined: another editor was chosen in the settings. */
  readonly monaco?: Monaco;
}

interface Tooltip {
  setContent(content: string): void;
  delete(): void;
}

interface SidebarTab {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly iconClass: string;
  readonly content: HTMLElement | JQuery;
  readonly toolbar?: HTMLElement | JQuery;
  readonly action?: string;
  readonly enableOnEdit?: boolean;
  readonly onchange?: () => void;
}

declare const RED: {
  readonly nodes: {
    registerType(type: string, definition: NodeDefinition): void;
    getType(type: string): NodeDefinition;
    node(id: string): EditorNode | null | undefined;
    id(): string;
    subflow(id: string): Subflow | null;
    filterNodes(filter: { readonly type?: string; readonly z?: string }): readonly EditorNode[];
    eachConfig(callback: (node: EditorNode) => void): void;
    /** Port type 1: what comes in; 0: what goes out. */
    getNodeLinks(id: string, portType: 0 | 1): readonly Wire[];
    addLink(wire: Wire): void;
    convertNode(node: EditorNode, withCredentials: boolean): Record<string, unknown>;
    import(
      nodes: readonly object[],
      options: { readonly generateIds: boolean; readonly markChanged: boolean },
    ): {
      readonly nodes: readonly EditorNode[];
      readonly links: readonly Wire[];
    };
    dirty(): boolean;
    dirty(isDirty: boolean): void;
  };
  readonly editor: {
    createEditor(options: {
      id: string | undefined;
      element?: HTMLElement;
      mode: string;
      value: string;
      focus?: boolean;
      [option: string]: unknown;
    }): CodeEditor;
    readonly codeEditor: { readonly editor: { readonly type: string } | null };
    getEditStack?(): readonly EditorNode[];
    edit(node: EditorNode): void;
    editConfig(property: string, type: string, id: string): void;
  };
  readonly history: {
    push(event: {
      readonly t: 'add';
      readonly nodes: readonly string[];
      readonly links: readonly Wire[];
      readonly dirty: boolean;
    }): void;
  };
  readonly workspaces: { active(): string; isLocked(): boolean };
  readonly plugins: {
    registerPlugin(id: string, plugin: { readonly type: string; onadd(this: { readonly _: Translate }): void }): void;
  };
  readonly sidebar: { addTab(tab: SidebarTab): void; show(id: string): void; containsTab(id: string): boolean };
  readonly actions: {
    add(name: string, action: (asked?: unknown) => void, options?: { label: string }): void;
    invoke(name: string, ...values: unknown[]): void;
  };
  readonly settings: { get(key: 'auth-tokens'): unknown; readonly apiRootUrl?: string; readonly httpNodeRoot?: string };
  readonly view: {
    redraw(updateActive: boolean): void;
    reveal(id: string): void;
    selection(): { readonly nodes?: readonly EditorNode[] };
    select(selection: { readonly nodes: readonly EditorNode[] }): void;
    focus(): void;
  };
  readonly comms: {
    subscribe(topic: string, listener: (topic: string, payload: unknown) => void): void;
    unsubscribe(topic: string, listener: (topic: string, payload: unknown) => void): void;
  };
  readonly tabs: {
    create(options: { element: JQuery; onchange: (tab: { readonly id: string }) => void }): {
      addTab(tab: { readonly id: string; readonly label: string }): void;
      activateTab(id: string): void;
    };
  };
  readonly popover: { tooltip(target: JQuery, content: string): Tooltip };
  readonly clipboard: { copyText(text: string, element?: JQuery, message?: string): boolean };
  readonly notify: (
    message: string | HTMLElement | JQuery,
    options?: {
      readonly type?: 'success' | 'warning' | 'error';
      readonly timeout?: number;
      readonly fixed?: boolean;
      readonly modal?: boolean;
      readonly buttons?: readonly { readonly text: string; readonly class?: string; click(): void }[];
    },
  ) => { close(): void };
};

interface TypedInputType {
  readonly value: string;
  readonly label: string;
  readonly icon?: string;
  readonly hasValue?: boolean;
  readonly validate?: (value: string) => boolean;
}

interface EditableListOptions<Item> {
  readonly addButton?: string | boolean;
  readonly height?: number | 'auto';
  readonly removable?: boolean;
  readonly sortable?: boolean;
  readonly header?: JQuery;
  readonly ariaLabel?: string;
  readonly scrollOnAdd?: boolean;
  readonly addItem?: (row: JQuery, index: number, item: Partial<Item>) => void;
  readonly removeItem?: (item: Item) => void;
  readonly sortItems?: (items: JQuery) => void;
}

interface JQuery<TElement = HTMLElement> {
  typedInput(options: { types: readonly (string | TypedInputType)[]; default?: string }): this;
  typedInput(method: 'value' | 'type'): string;
  typedInput(method: 'value' | 'type' | 'width', value: string): this;
  typedInput(method: 'validate'): boolean;
  typedInput(method: 'disable', disabled: boolean): this;
  editableList<Item>(options: EditableListOptions<Item>): this;
  editableList(method: 'addItem', item: unknown): this;
  editableList(method: 'insertItemAt', item: unknown, index: number): this;
  editableList(method: 'removeItem', item: unknown): this;
  editableList(method: 'items'): JQuery;
  editableList(method: 'empty'): this;
  i18n(): this;
}
