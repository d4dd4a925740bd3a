import { openContext } from './commands/open.ts';
import { makeProgram, usageFault } from './commands/program.ts';
import { type CommandSpec, type Input } from './commands/spec.ts';
import { openTerminal } from './commands/terminal.ts';
import { toFault } from './errors.ts';
import { packageVersion } from './commands/package-version.ts';

/** Aborted by the first Ctrl-C or SIGTERM; the second one ends the process as the system would. */
function interrupts(): { readonly signal: AbortSignal; readonly code: () => number | null } {
  const stop = new AbortController();
  let code: number | null = null;
  const on = (name: 'SIGINT' | 'SIGTERM', exit: number) => {
    process.once(name, () => {
      code = exit;
      stop.abort();
    });
  };
  on('SIGINT', 130);
  on('SIGTERM', 143);
  return { signal: stop.signal, code: () => code };
}

async function report(error: unknown, json: boolean): Promise<number> {
  const fault = toFault(error);
  const { faultJson, faultText } = await import('./view/fault.ts');
  if (json) process.stdout.write(`${JSON.stringify(faultJson(fault))}\n`);
  else process.stderr.write(`${faultText(fault)}\n`);
  return fault.exit;
}

async function execute(spec: CommandSpec, input: Input): Promise<number> {
  const { options } = input;
  const stop = interrupts();
  const terminal = await openTerminal({
    color: options['color'] !== false,
    ascii: options['ascii'] === true,
    input: options['input'] !== false,
    utc: options['utc'] === true,
  });
  const context = openContext(terminal, { input, signal: stop.signal });
  try {
    const { run } = await spec.load();
    const code = await run(context, input);
    return stop.code() ?? code;
  } catch (error) {
    return stop.code() ?? (await report(error, options['json'] === true));
  } finally {
    await context.close();
  }
}

/** Runs one command line and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that went away (`| head`) is no reason for a stack trace.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  let code = 0;
  const program = makeProgram(packageVersion(), async (spec, input) => {
    code = await execute(spec, input);
  });
  try {
    if (argv.length === 0) program.help();
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    const fault = usageFault(error);
    if (fault !== null) return report(fault, argv.includes('--json'));
    if (error instanceof Error && error.constructor.name === 'CommanderError') return 0;
    return report(error, argv.includes('--json'));
  }
}
