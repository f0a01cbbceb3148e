import type { FieldChange } from '../core/results';
import type { SyncRecord } from '../core/record';
import type { WriteJob } from './writeJob';

/** Lines and characters a table ends after: it is to be read by a person, in a mail or on a page. */
const longestTable = 200;
const longestValue = 80;

/** A preview as a table, in two notations of the same content. */
export interface PreviewTable {
	readonly markdown: string;
	readonly html: string;
}

type Line = readonly [record: string, action: string, field: string, before: string, after: string];

const heads: Line = ['Record', 'Action', 'Field', 'Before', 'After'];
const actions: Readonly<Record<string, string>> = {
	created: 'create',
	updated: 'update',
	deleted: 'delete',
	rejected: 'reject',
	skipped: 'skip',
};

/** Every record a write would touch or refuse, field by field; the others are in the counts. */
export function previewTable(
	jobs: readonly WriteJob[],
	keyFields: readonly string[],
	title: string,
): PreviewTable {
	const lines: Line[] = [];
	let left = 0;
	for (const job of jobs) {
		if (!job.result || job.result.status === 'unchanged') continue;
		const own = linesOf(job, keyFields);
		if (lines.length + own.length > longestTable) left += 1;
		else lines.push(...own);
	}
	const rest = left === 0 ? '' : `${left} more records are not shown.`;
	return { markdown: markdownOf(title, lines, rest), html: htmlOf(title, lines, rest) };
}

function linesOf({ record, envelope, result }: WriteJob, keyFields: readonly string[]): Line[] {
	if (!result) return [];
	// Where a record is not matched by a key, its key in the sync still tells which one it is.
	const names = keyFields.length > 0 ? keyFields : Object.keys(envelope.key ?? {});
	const key = names.map((field) => shown(keyPart(record, envelope.key, field))).join(' · ');
	const isDeactivated = envelope.change === 'removed' && result.status === 'updated';
	const action = isDeactivated ? 'deactivate' : (actions[result.status] ?? result.status);
	const fields = (result.preview?.fields ?? []).map(({ field, ...values }): Line => [
		'',
		'',
		field,
		...pairOf(values),
	]);
	const reason = shown(result.error?.message ?? result.reason ?? '');
	const [first = ['', '', '', '', reason], ...others] = fields;
	return [[key, action, first[2], first[3], first[4]], ...others];
}

const keyPart = (record: SyncRecord, key: SyncRecord | undefined, field: string): unknown =>
	record[field] ?? key?.[field];

const pairOf = (change: Omit<FieldChange, 'field'>): [string, string] => [
	shown(change.before),
	shown(change.after),
];

/** A value in one short line. */
function shown(value: unknown): string {
	if (value === null || value === undefined) return '';
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	const line = text.replace(/\s+/gu, ' ').trim();
	return line.length > longestValue ? `${line.slice(0, longestValue - 1)}…` : line;
}

function markdownOf(title: string, lines: readonly Line[], rest: string): string {
	const row = (cells: readonly string[]) => `| ${cells.map(inMarkdown).join(' | ')} |`;
	const table = [row(heads), `|${' --- |'.repeat(heads.length)}`, ...lines.map(row)];
	return [inMarkdown(title), table.join('\n'), rest].filter(Boolean).join('\n\n');
}

function htmlOf(title: string, lines: readonly Line[], rest: string): string {
	const style = 'border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top';
	const row = (tag: 'th' | 'td') => (cells: readonly string[]) =>
		`<tr>${cells.map((cell) => `<${tag} style="${style}">${inHtml(cell)}</${tag}>`).join('')}</tr>`;
	const table = `<table style="border-collapse:collapse;font-family:sans-serif;font-size:13px"><thead>${row('th')(heads)}</thead><tbody>${lines.map(row('td')).join('')}</tbody></table>`;
	const paragraph = (text: string) => (text === '' ? '' : `<p>${inHtml(text)}</p>`);
	return `${paragraph(title)}${table}${paragraph(rest)}`;
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

const inHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]);

/** No value may end a cell or become a link, an image or a tag. */
const inMarkdown = (text: string): string =>
	text.replace(/[&<>]/g, (sign) => entities[sign]).replace(/[\\|`*_[\]!~]/g, '\\$&');
