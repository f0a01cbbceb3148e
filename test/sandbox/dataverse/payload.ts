import { findRow, readAddress, rowMissing, splitEntityPath } from './address';
import type { Column, Reference, RowValues, Table } from './model';
import { isLookup } from './model';
import { ODataError, notBuilt, payloadError } from './odataError';
import type { ApiRequest, Org } from './org';
import { PARTIES, checkParty, partiesOf } from './parties';
import { isVisible } from './rowProperties';
import type { Link } from './schema';
import { checkValue } from './values';

/** A record as it came: names and JSON values. */
export type Payload = Readonly<Record<string, unknown>>;

/** What a record is read for: the table, and the batch's references where there are any. */
export interface PayloadContext {
	readonly table: Table;
	readonly mode: 'create' | 'update';
	readonly references?: ReadonlyMap<string, string>;
}

export const isPayload = (value: unknown): value is Payload =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses a JSON object body and insists on its content type. */
export function parseBody(request: ApiRequest, set: string): Payload {
	if (request.body.trim() === '') return {};
	if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
		throw new ODataError(
			400,
			'0x80060888',
			'A missing or empty content type header was found when trying to read a message. The content type header is required.',
		);
	}
	let parsed: unknown;
	try {
		parsed = JSON.parse(request.body);
	} catch (error) {
		throw payloadError(set, `Unable to read JSON: ${(error as Error).message}`);
	}
	if (!isPayload(parsed)) throw payloadError(set, 'A JSON object was expected.');
	return parsed;
}

const undeclared = (table: Table, name: string) =>
	payloadError(
		table.set,
		`An undeclared property '${name}' which only has property annotations in the payload but no property ` +
			`value was found in the payload. In OData, only declared navigation properties and declared named ` +
			`streams can be represented as properties without values.`,
	);

function unknownProperty(org: Org, table: Table, name: string): ODataError {
	return payloadError(
		table.set,
		`Invalid property '${name}' was found in entity 'Microsoft.Dynamics.CRM.${table.name}'.`,
		org.switches['U-09'] === '0x0' ? '0x0' : '0x80048d19',
	);
}

/** The row a link value such as `/contacts(..)` points at; it must exist (S-09). */
function resolveLink(
	org: Org,
	context: PayloadContext,
	links: readonly Link[],
	value: string,
): Reference {
	const path = value.startsWith('$') ? context.references?.get(value) : value;
	if (path === undefined) {
		throw new ODataError(
			400,
			'0x80060888',
			`Content-ID Reference: '${value}' does not exist in the batch context.`,
		);
	}
	const parts = splitEntityPath(org, path);
	const table = parts && org.schema.bySet(parts.set);
	const { set } = context.table;
	if (parts === undefined || table === undefined) {
		throw payloadError(set, `Resource not found for the segment '${parts?.set ?? value}'.`);
	}
	if (!links.some(({ target }) => target.table === table.name)) {
		throw payloadError(
			set,
			`The entity reference '${value}' of type '${table.name}' does not fit the navigation property '${links[0]?.target.nav}'.`,
		);
	}
	// A reference out of a batch is a URL we wrote ourselves, whatever U-03 says about bodies.
	const source = path === value ? 'id' : 'url';
	const address = readAddress(org, table, parts.key, { source });
	const row = findRow(org, table, address);
	if (row === undefined) throw rowMissing(table, address);
	return { table: table.name, id: row.id };
}

const isWritable = (column: Column, mode: PayloadContext['mode']) =>
	mode === 'create' ? column.creatable : column.updatable;

class PayloadReader {
	readonly values: RowValues = {};

	constructor(
		private readonly org: Org,
		private readonly context: PayloadContext,
	) {}

	read(name: string, value: unknown): void {
		const at = name.indexOf('@');
		if (at === 0) return;
		if (at > 0) this.#annotation(name.slice(0, at), name.slice(at + 1), value);
		else this.#property(name, value);
	}

	#annotation(name: string, annotation: string, value: unknown): void {
		const { table } = this.context;
		const links = this.org.schema.links(table, name);
		if (annotation !== 'odata.bind') {
			if (links.length === 0 && !table.columns.has(name) && !/^_\w+_value$/.test(name)) {
				throw undeclared(table, name);
			}
			return;
		}
		const [link] = links;
		if (link === undefined) throw undeclared(table, name);
		if (typeof value !== 'string') {
			throw payloadError(
				table.set,
				`The value of annotation 'odata.bind' of navigation property '${name}' must be a string, but it is ${JSON.stringify(value)}. ` +
					`To clear the property set '${name}' to null.`,
			);
		}
		if (!isWritable(link.column, this.context.mode)) return;
		this.values[link.column.name] = resolveLink(this.org, this.context, links, value);
	}

	#property(name: string, value: unknown): void {
		const { table, mode } = this.context;
		if (name === partiesOf(table)) {
			this.#parties(name, value);
			return;
		}
		const column = table.columns.get(name);
		const [link] = this.org.schema.links(table, name);
		if (link !== undefined) {
			this.#navigation(link, name, value);
			return;
		}
		if (/^_\w+_value$/.test(name)) {
			throw payloadError(
				table.set,
				'CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.',
			);
		}
		if (
			column === undefined ||
			!isVisible(this.org, column) ||
			isLookup(column) ||
			column.type === 'PartyList'
		) {
			throw unknownProperty(this.org, table, name);
		}
		const checked = checkValue({ table, column, switches: this.org.switches }, value);
		// The platform drops values of columns it fills itself, without a word.
		if (isWritable(column, mode)) this.values[name] = checked;
	}

	/** Recipients come with their activity: the one collection a write may hold (contract 2.3). */
	#parties(name: string, value: unknown): void {
		if (!Array.isArray(value) || !value.every(isPayload)) {
			throw payloadError(
				this.context.table.set,
				`A value of the collection navigation property '${name}' must be an array of objects.`,
			);
		}
		const table = this.org.schema.named('activityparty');
		const parties = value.map((each) =>
			readPayload(this.org, { ...this.context, table, mode: 'create' }, each),
		);
		parties.forEach(checkParty);
		this.values[PARTIES] = JSON.stringify(parties);
	}

	#navigation(link: Link, name: string, value: unknown): void {
		if (value === null) {
			this.values[link.column.name] = null;
			return;
		}
		if (!isPayload(value)) {
			throw payloadError(
				this.context.table.set,
				`A value of navigation property '${name}' must be an object or null.`,
			);
		}
		const id = value['@odata.id'];
		if (typeof id !== 'string') throw notBuilt('deep inserts');
		const links = this.org.schema.links(this.context.table, name);
		this.values[link.column.name] = resolveLink(this.org, this.context, links, id);
	}
}

/** Column values of a record, every name and value checked as the real server does (S-06 to S-09). */
export function readPayload(org: Org, context: PayloadContext, payload: Payload): RowValues {
	const reader = new PayloadReader(org, context);
	for (const [name, value] of Object.entries(payload)) reader.read(name, value);
	return reader.values;
}
