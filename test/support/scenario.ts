/** A text file of blocks: commands, then what they are expected to lead to. Comments stand where they stood. */
export interface Block {
  readonly comments: readonly string[];
  readonly commands: readonly string[];
  readonly expected: readonly string[];
}

const divider = '----';

/** Reads the blocks of a scenario; they are separated by empty lines. */
export function readBlocks(text: string): readonly Block[] {
  return text
    .split(/\n\s*\n/)
    .map(part => part.split('\n').filter(line => line.trim() !== ''))
    .filter(lines => lines.length > 0)
    .map(lines => {
      const index = lines.indexOf(divider);
      const above = index === -1 ? lines : lines.slice(0, index);
      return {
        comments: above.filter(line => line.startsWith('#')),
        commands: above.filter(line => !line.startsWith('#')),
        expected: index === -1 ? [] : lines.slice(index + 1),
      };
    });
}

/** The text of a scenario, one empty line between blocks. */
export const writeBlocks = (blocks: readonly Block[]): string =>
  `${blocks
    .map(({ comments, commands, expected }) => {
      const above = [...comments, ...commands];
      return (commands.length === 0 ? above : [...above, divider, ...expected]).join('\n');
    })
    .join('\n\n')}\n`;
