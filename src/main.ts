import { openContext } from './commands/open.ts';
import { makeProgram, usageFault } from './commands/program.ts';
import { type RemoteTerms, remoteTerms } from './commands/remote-terms.ts';
import { type CommandSpec, type Input } from './commands/spec.ts';
import { openTerminal } from './commands/terminal.ts';
import { Fault, isFault, toFault } from './errors.ts';
import { packageVersion } from './commands/package-version.ts';

interface Interrupts {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came, or null. */
  readonly code: () => number | null;
  readonly forget: () => void;
}

/** Aborted by the first Ctrl-C or SIGTERM; the second one, of either, ends the process as the system would. */
function interrupts(): Interrupts {
  const stop = new AbortController();
  let code: number | null = null;
  const end = (exit: number): void => {
    code = exit;
    forget();
    stop.abort();
  };
  const interrupted = (): void => {
    end(130);
  };
  const terminated = (): void => {
    end(143);
  };
  const forget = (): void => {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', terminated);
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', terminated);
  return { signal: stop.signal, code: () => code, forget };
}

async function report(error: unknown, json: boolean): Promise<number> {
  const fault = toFault(error);
  const { faultJson, faultText, folded } = await import('./view/fault.ts');
  if (json) process.stdout.write(`${JSON.stringify(faultJson(fault))}\n`);
  else {
    const text = faultText(fault);
    const { isTTY, columns } = process.stderr;
    // A terminal breaks lines anywhere; a file keeps them whole, for whoever searches it.
    process.stderr.write(`${isTTY ? folded(text, Math.max(40, columns)) : text}\n`);
  }
  return fault.exit;
}

/** What a command breaks on that asks a server is what that said: another version, another program, or worse. */
const senseless =
  ({ server }: RemoteTerms) =>
  (error: unknown): never => {
    if (isFault(error) || toFault(error).code !== 'BUG') throw error;
    throw new Fault('UNAVAILABLE', 'what the server says makes no sense here', {
      where: server.origin,
      fix: 'see whether dns-cutover serve of this version runs there; if it does, this is a mistake of dns-cutover',
      cause: error,
    });
  };

async function execute(spec: CommandSpec, input: Input): Promise<number> {
  const { options } = input;
  const stop = interrupts();
  const terminal = await openTerminal({
    color: options['color'] !== false,
    ascii: options['ascii'] === true,
    input: options['input'] !== false,
    utc: options['utc'] === true,
  });
  const local = openContext(terminal, { input, signal: stop.signal });
  try {
    const terms = remoteTerms(spec, input, process.env);
    const context =
      terms === null
        ? local
        : await (await import('./commands/open-remote.ts')).openRemote(terminal, { local, terms });
    const { run } = await spec.load();
    const running = run(context, input);
    const code = await (terms === null ? running : running.catch(senseless(terms)));
    return stop.code() ?? code;
  } catch (error) {
    return stop.code() ?? (await report(error, options['json'] === true));
  } finally {
    stop.forget();
    await local.close();
  }
}

/** A reader that went away (`| head`) is no reason for a stack trace. */
function readerGone(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
}

/** Runs one command line and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.off('error', readerGone).on('error', readerGone);
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
