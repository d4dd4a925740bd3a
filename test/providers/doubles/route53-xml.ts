/** An element: its text, or its children. Attributes are of no use here. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

const unescapeText = (text: string): string =>
  text
    .replace(/&#(x[0-9a-fA-F]+|\d+);/g, (_, code: string) =>
      String.fromCodePoint(code.startsWith('x') ? parseInt(code.slice(1), 16) : Number(code)),
    )
    .replace(/&(?:lt|gt|quot|apos|amp);/g, entity => entities[entity] ?? entity);

export const escapeText = (text: string): string =>
  text.replace(/[<>&"']/g, char => `&#x${char.charCodeAt(0).toString(16)};`);

/** Reads a document as the SDK writes it; anything odd is an error. */
export function parseXml(document: string): Element {
  const root: Element & { children: Element[]; text: string } = {
    name: '',
    text: '',
    children: [],
  };
  const open = [root];
  const tokens = document.matchAll(/<\?[^>]*\?>|<(\/?)([A-Za-z][\w:.-]*)([^>]*?)(\/?)>|([^<]+)/g);
  for (const [, closing, name, , selfClosing, text] of tokens) {
    const top = open.at(-1);
    if (top === undefined) throw new Error('XML ends before its end');
    if (text !== undefined) top.text += unescapeText(text);
    else if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`XML closes ${String(name)} unopened`);
    } else if (name !== undefined) {
      const element = { name, text: '', children: [] };
      top.children.push(element);
      if (selfClosing !== '/') open.push(element);
    }
  }
  const [first] = root.children;
  if (open.length !== 1 || first === undefined) throw new Error('XML is not whole');
  return first;
}

export const childOf = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find(child => child.name === name);

export const textOf = (element: Element | undefined, name: string): string | undefined =>
  childOf(element, name)?.text;

/** What goes between the tags: text, or elements by name; a list repeats its element. */
export type Content = string | number | boolean | { readonly [name: string]: Tree | undefined };
export type Tree = Content | readonly Content[];

/** Writes elements; undefined ones are left out. */
export function xml(name: string, tree: Tree): string {
  if (Array.isArray(tree)) return tree.map((one: Content) => xml(name, one)).join('');
  if (typeof tree !== 'object') return `<${name}>${escapeText(String(tree))}</${name}>`;
  const inner = Object.entries(tree as Readonly<Record<string, Tree | undefined>>)
    .map(([child, content]) => (content === undefined ? '' : xml(child, content)))
    .join('');
  return `<${name}>${inner}</${name}>`;
}

/** Of every document of this API. */
export const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';

export const xmlDocument = (name: string, tree: Tree): string =>
  `<?xml version="1.0"?>\n${xml(name, tree).replace(`<${name}>`, `<${name} xmlns="${NAMESPACE}">`)}`;
