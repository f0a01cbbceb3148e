import { SyncError } from '../../core/errors';
import type { Clock } from '../clock';
import type { HttpResponse } from '../http';
import { OutcomeUnknownError } from '../retry';
import { isObject } from '../json';
import { STRONG, stopFor, type Api } from './api';
import { columnBody, keyBody, labelIn, tableBody, type LabelOf } from './definitionBodies';
import { faultOf, type Fault } from './errors';
import { LIMITS } from './limits';
import type { MissingParts } from './missingParts';
import { definition, readHead, TABLE_PARTS } from './table';

/** Where parts are created, and how waiting is done. */
export interface Workshop {
	readonly api: Api;
	readonly clock: Clock;
	readonly signal?: AbortSignal;
	readonly objectName: string;
	/** Unique name of the solution that gets the parts. */
	readonly solution: string;
}

/** Somebody else created it first, perhaps another run: what was wanted is there (dataverse 2.4). */
const EXISTS: ReadonlySet<string> = new Set([
	'0x8004700b',
	'0x80047013',
	'0x80044363',
	'0x80060893',
	'0x80060894',
]);

/** Creates parts one after the other, because the system refuses two at once, and waits until rows can use them. */
export async function createParts(workshop: Workshop, parts: MissingParts): Promise<void> {
	const { api, objectName } = workshop;
	const { table, columns, key } = parts;
	const path = definition(objectName);
	const label = labelIn(await readLanguage(api));
	if (table) {
		const body = tableBody(table, columnBody(table.nameColumn, label), label);
		await create(workshop, { path: 'EntityDefinitions', body, what: `the table "${objectName}"` });
	}
	for (const column of columns) {
		const what = `the column "${column.name}" of the table "${objectName}"`;
		await create(workshop, { path: `${path}/Attributes`, body: columnBody(column, label), what });
	}
	await waitForColumns(workshop, parts);
	if (key) await createKey(workshop, key, label);
}

async function createKey(
	workshop: Workshop,
	key: NonNullable<MissingParts['key']>,
	label: LabelOf,
): Promise<void> {
	const what = `the key "${key.name}" of the table "${workshop.objectName}"`;
	const path = `${definition(workshop.objectName)}/Keys`;
	await create(workshop, { path, body: keyBody(key, label), what });
	await waitForKey(workshop, key.fields);
}

interface Part {
	readonly path: string;
	readonly body: object;
	readonly what: string;
}

/** A part that was sent without an answer is sent again: if it arrived, it exists by now. */
async function create(workshop: Workshop, part: Part): Promise<void> {
	const { api, clock, signal, solution } = workshop;
	let last: Fault | undefined;
	for (const wait of LIMITS.customizationWaits) {
		if (wait > 0) await clock.sleep(wait, signal);
		const response = await api
			.post(part.path, part.body, { 'MSCRM.SolutionUniqueName': solution })
			.catch((error: unknown) => unanswered(error));
		if (!response) continue;
		if (response.status < 300) return;
		last = faultOf(response);
		if (EXISTS.has(last.code)) return;
		if (!isBusy(last)) break;
	}
	if (last) throw stopFor(last, `create ${part.what}`, hintFor(last));
	throw new SyncError(
		'unavailable',
		`Dynamics 365 did not answer when asked to create ${part.what}`,
		{
			hint: 'Run again: what was created meanwhile is found and used.',
		},
	);
}

function unanswered(error: unknown): HttpResponse | undefined {
	if (!(error instanceof OutcomeUnknownError)) throw error;
	return undefined;
}

/** One customisation at a time: another one is running (dataverse 2.4), or the service is out of breath. */
const isBusy = ({ code, message, status }: Fault): boolean =>
	(code === '0x80040216' && /custom/i.test(message)) || status >= 500;

function hintFor({ code, status }: Fault): string | undefined {
	if (status === 403 || code === '0x80040220') {
		return 'Creating columns needs the privilege prvCreateAttribute, tables prvCreateEntity; the security role System Customizer has both. Or switch Create What Is Missing off and create the part in Power Apps.';
	}
	if (isBusy({ code, status, message: 'custom', spoken: true }))
		return 'Another customisation is running, perhaps an import of a solution. Run again when it is over.';
	if (code === '0x80060895')
		return 'The columns are too long for a key: 450 characters of text at most.';
	return undefined;
}

/** New columns may be missing from queries of rows for some seconds (dataverse 2.4, "Visibility"; T-21). */
async function waitForColumns(workshop: Workshop, { table, columns }: MissingParts): Promise<void> {
	const { api, clock, signal, objectName } = workshop;
	const names = [...columns, ...(table ? [table.nameColumn] : [])].map(({ name }) => name);
	if (names.length === 0) return;
	for (const wait of LIMITS.visibilityWaits) {
		if (wait > 0) await clock.sleep(wait, signal);
		const { head } = await readHead(api, objectName);
		const url = api.url(`${String(head.EntitySetName)}?$top=1&$select=${names.join(',')}`);
		const { response, parts } = await api.batch([{ method: 'GET', url, headers: {} }], true);
		if ((parts?.[0] ?? response).status === 200) return;
	}
	throw new SyncError(
		'unavailable',
		`Dynamics 365 created ${names.join(', ')} in the table "${objectName}", but its rows do not know them yet`,
		{ hint: 'Run again in a minute; nothing was written so far.' },
	);
}

/** A key works once its index is built, and never when rows hold its values twice (dataverse 2.4, S-25). */
async function waitForKey(workshop: Workshop, fields: readonly string[]): Promise<void> {
	const { api, clock, signal, objectName } = workshop;
	const wanted = [...fields].sort().join();
	const isWanted = (columns: unknown) =>
		Array.isArray(columns) && columns.map(String).sort().join() === wanted;
	for (const wait of LIMITS.keyWaits) {
		if (wait > 0) await clock.sleep(wait, signal);
		const keys = await api.readAll(`${definition(objectName)}${TABLE_PARTS.keys}`, STRONG);
		const status = keys.find(({ KeyAttributes }) => isWanted(KeyAttributes))?.EntityKeyIndexStatus;
		if (status === 'Active') return;
		if (status === 'Failed') throw keyFailed(objectName, fields);
	}
	throw new SyncError(
		'unavailable',
		`Dynamics 365 is still building the index of the key ${fields.join(' + ')} of the table "${objectName}"`,
		{
			hint: 'Run again later: the key is used as soon as it is active. Nothing was written so far.',
		},
	);
}

const keyFailed = (objectName: string, fields: readonly string[]): SyncError =>
	new SyncError(
		'config',
		`Dynamics 365 could not build the index of the key ${fields.join(' + ')} of the table "${objectName}"`,
		{
			hint: 'Most likely several rows hold the same values: merge them, then reactivate the key in Power Apps (Table → Keys).',
		},
	);

const ENGLISH = 1033;

/** Every table of the system has its label in the organisation's own language. */
async function readLanguage(api: Api): Promise<number> {
	const path = `${definition('systemuser')}?$select=LogicalName,DisplayName`;
	const { DisplayName } = await api.read(path, STRONG);
	const labels = isObject(DisplayName) ? DisplayName.LocalizedLabels : undefined;
	const first: unknown = Array.isArray(labels) ? labels[0] : undefined;
	const code = isObject(first) ? Number(first.LanguageCode) : Number.NaN;
	return Number.isInteger(code) ? code : ENGLISH;
}
