import type { IExecuteFunctions } from 'n8n-workflow';

import type { Connector, IndexedResult, WriteRecord } from '../../shared/connectors/connector';
import type { RecordResult } from '../../shared/core/results';
import { executeWrite, type WriteSettings } from '../../shared/n8n/executeWrite';
import type { SystemReport } from '../../shared/n8n/writeReport';
import { testNode, type EngineNode } from './engine';
import { diffNode, type NodeChange } from './syncFixture';

/** A destination that only ever adds: what a writer in mode insert faces. */
export interface Ledger {
	/** Every record it took, by the id it gave. */
	readonly rows: Map<string, Readonly<Record<string, unknown>>>;
	/** What it was asked to write, removals too. */
	readonly asked: WriteRecord[];
	/** Answers in place of its own. */
	answer?: (record: WriteRecord) => RecordResult | undefined;
	report?: () => SystemReport;
}

/** An empty one. */
export const createLedger = (): Ledger => ({ rows: new Map(), asked: [] });

const unused = async (): Promise<never> => {
	throw new Error('Not used here');
};

function ledgerConnector(ledger: Ledger): Connector {
	const take = (record: WriteRecord, isPreview: boolean): RecordResult => {
		const told = ledger.answer?.(record);
		if (told) return told;
		if (isPreview) return { status: record.change === 'removed' ? 'deleted' : 'created' };
		ledger.asked.push(record);
		if (record.change === 'removed') {
			const isThere = record.id !== undefined && ledger.rows.delete(record.id);
			return isThere ? { status: 'deleted' } : { status: 'skipped', reason: 'gone' };
		}
		const id = `row ${ledger.asked.length}`;
		ledger.rows.set(id, record.values);
		return { status: 'created', id };
	};
	const answers = async function* (
		records: readonly WriteRecord[],
		isPreview: boolean,
	): AsyncGenerator<readonly IndexedResult[]> {
		for (const [index, record] of records.entries())
			yield [{ index, result: take(record, isPreview) }];
	};
	return {
		...{ check: unused, objects: unused, fields: unused, keys: unused, find: unused },
		write: (_, records) => answers(records, false),
		preview: (_, records) => answers(records, true),
	};
}

/** A writer node in mode insert over the ledger: it has no key fields. */
export function insertNode(ledger: Ledger, more: Partial<WriteSettings> = {}): EngineNode {
	const settings: WriteSettings = {
		target: { objectName: 'event', keyFields: [], writeMode: 'insert', removedRecords: 'delete' },
		...{ action: 'write', fields: [], confirm: 'whenWritten', updateWith: 'changed' },
		...{ place: 'inside', environment: 'the ledger', sendWarnings: 'problems' },
		...more,
	};
	const writer = testNode(
		'ledgerWriter',
		async function (this: IExecuteFunctions) {
			const { report } = ledger;
			const connector = ledgerConnector(ledger);
			return await executeWrite(this, async () => ({
				connector,
				settings,
				...(report && { report }),
			}));
		},
		{ outputs: ['main', 'main', 'main'] },
	);
	return { name: 'Writer', type: writer };
}

/** Segment Diff on the column `code`. */
export const codeDiff = (syncName: string, change: NodeChange = {}): EngineNode =>
	diffNode(syncName, { ...change, parameters: { keyFields: 'code', ...change.parameters } });
