import type { INodeParameters } from 'n8n-workflow';

import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import type { DataverseSandbox } from '../sandbox/dataverse';
import { changesNode, patchRow } from './changesFixture';
import { foldedKey } from './crashSource';
import type { SourceRow } from './crashWire';
import type { EngineNode } from './engine';

/** Where a contact keeps what an account has of a row. */
const columns = {
	name: 'description',
	address1_city: 'address1_city',
	telephone1: 'telephone1',
	numberofemployees: 'creditlimit',
} as const;
type Field = keyof typeof columns;
const fields = Object.keys(columns) as Field[];
const field = (destinationField: string, source: string) => ({
	destinationField,
	source: `={{ $json.${source} }}`,
});

/** Reads contacts and hands them on as accounts, each with the contact's ID as its number. */
export function feedNodes(org: DataverseSandbox, parameters: INodeParameters): EngineNode[] {
	const changes = changesNode(org, 'crash', {
		table: { __rl: true, mode: 'name', value: 'contact' },
		columns: Object.values(columns),
		...parameters,
	});
	const values = [
		field('accountnumber', 'contactid'),
		...fields.map((name) => field(name, columns[name])),
	];
	const mapper: EngineNode = {
		name: 'Mapper',
		type: new FieldMapper(),
		parameters: { keyFields: 'accountnumber', mappings: { values }, passThrough: 'none' },
	};
	return [changes, mapper];
}

interface Contact {
	readonly id: string;
	readonly shown: string;
}

const setOf = (row: SourceRow) =>
	Object.fromEntries(fields.map((name) => [columns[name], row[name] ?? null]));

/** The rows of a segment as contacts, which other people keep as the segment is. */
export class CrashFeed {
	private readonly contacts = new Map<string, Contact>();

	constructor(private readonly org: DataverseSandbox) {
		// Every reading takes several pages.
		org.settings.largestPage = 5;
		// An ID is a number here.
		org.changeColumn('account', 'accountnumber', { maxLength: 36 });
	}

	/** Makes the contacts the rows, and returns the accounts they are to become. */
	async show(rows: readonly SourceRow[]): Promise<SourceRow[]> {
		const present = new Map(rows.map((row) => [foldedKey(row), row]));
		for (const [key, { id }] of this.contacts) {
			if (present.has(key)) continue;
			await patchRow(this.org, 'DELETE', `contacts(${id})`);
			this.contacts.delete(key);
		}
		for (const [key, row] of present) await this.put(key, setOf(row));
		return rows.map((row) => ({ ...row, accountnumber: this.idOf(foldedKey(row)) }));
	}

	/** The account's key of a row of the segment. */
	keyOf(folded: string): string {
		return folded === '' ? '' : foldedKey({ accountnumber: this.idOf(folded) });
	}

	private idOf(folded: string): string {
		return this.contacts.get(folded)?.id ?? '';
	}

	private async put(key: string, values: Record<string, unknown>): Promise<void> {
		const shown = JSON.stringify(values);
		const known = this.contacts.get(key);
		if (known?.shown === shown) return;
		if (known) await patchRow(this.org, 'PATCH', `contacts(${known.id})`, values);
		const id = known?.id ?? this.org.insert('contact', { lastname: 'Somebody', ...values });
		this.contacts.set(key, { id, shown });
	}
}
