/** One `tag=value` of a list (RFC 6376 3.2); tags are as written, values without the white space around them. */
export interface Tag {
  readonly tag: string;
  readonly value: string;
}

/**
 * Reads a tag list as DKIM and DMARC have it: `v=DKIM1; k=rsa; p=…`. Null where a part is no tag, or a tag
 * stands there twice, which makes the whole list void (RFC 6376 3.2).
 */
export function parseTags(text: string): readonly Tag[] | null {
  const tags: Tag[] = [];
  const seen = new Set<string>();
  const parts = text.split(';');
  // A semicolon may end the list.
  if (parts.at(-1)?.trim() === '') parts.pop();
  for (const part of parts) {
    const equals = part.indexOf('=');
    const tag = part.slice(0, Math.max(equals, 0)).trim();
    if (!/^[a-z][a-z0-9_]*$/i.test(tag) || seen.has(tag)) return null;
    seen.add(tag);
    tags.push({ tag, value: part.slice(equals + 1).trim() });
  }
  return tags;
}
