import { leftOutOf, loadResolvers } from '../config/resolvers.ts';
import { resolversText } from '../view/resolvers-text.ts';
import { oddAddresses } from './list-file.ts';
import { textOption } from './parse.ts';
import { type Run } from './spec.ts';

export const run: Run = async ({ terminal, json }, input) => {
  const list = textOption(input, 'resolvers') ?? 'default';
  const resolvers = await loadResolvers(list);
  const leftOut = leftOutOf(list);
  for (const sentence of oddAddresses(resolvers)) terminal.talk(`note: ${sentence}`);
  terminal.out(
    json
      ? JSON.stringify({ list, resolvers, leftOut })
      : resolversText(resolvers, leftOut, terminal.look()),
  );
  return 0;
};
