import type { EngineRun } from './engine';

interface RecordError {
	readonly code: string;
	readonly message: string;
	readonly hint?: string;
}

/** What a person reads in n8n after a run: the line that stands out, and everything there is. */
export interface Reading {
	readonly shown: string;
	readonly all: string;
}

/** Reads a run as a person would: the error first, then refused rows, then the hints on the nodes. */
export function readingOf(run: EngineRun): Reading {
	const lines = [
		errorLine(run.error),
		...outputOf(run, 'Writer', 1).map(refusal),
		...outputOf(run, 'Diff', 1).map(invalid),
	].filter((line) => line !== '');
	const hints = ['Writer', 'Diff'].flatMap((node) => hintsOf(run, node));
	return { shown: lines[0] ?? hints[0] ?? '', all: [...lines, ...hints].join('\n') };
}

/** An error as the editor shows it: message, then description. */
export function errorLine(error: unknown): string {
	if (!error) return '';
	const { message, description } = error as { message: string; description?: string | null };
	return [message, description].filter(Boolean).join(' — ');
}

const ran = (run: EngineRun, node: string) => run.runs(node) > 0 && failedNode(run) !== node;

function failedNode(run: EngineRun): string | undefined {
	return (run.error as { node?: { name?: string } } | undefined)?.node?.name;
}

function outputOf(run: EngineRun, node: string, output: number): Array<Record<string, unknown>> {
	return ran(run, node) ? run.records(node, output) : [];
}

const hintsOf = (run: EngineRun, node: string): string[] =>
	ran(run, node) ? run.hints(node).map(({ message }) => message) : [];

function refusal({ accountnumber, _sync, reason }: Record<string, unknown>): string {
	const { result } = (_sync ?? {}) as { result?: { status: string; error?: RecordError } };
	if (!result) return `${String(accountnumber)}: ${String(reason)}`;
	const { error, status } = result;
	const words = error ? `${error.message} (${error.code}) — ${error.hint ?? ''}` : '';
	return `${String(accountnumber)} ${status}: ${words}`;
}

const invalid = ({ accountnumber, reason }: Record<string, unknown>): string =>
	`${String(accountnumber ?? 'no key')}: ${String(reason)}`;
