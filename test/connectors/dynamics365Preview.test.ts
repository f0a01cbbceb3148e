import type { WriteRecord, WriteTarget } from '../../shared/connectors/connector';
import { useDataverse } from '../sandbox/useDataverse';
import { connect, connectWith, contacts, person, record, writeAll } from './dynamics365Client';

const org = useDataverse();

const accounts: WriteTarget = { ...contacts, objectName: 'account', keyFields: ['accountnumber'] };
const account = (number: string, values: object = {}) =>
	record({ accountnumber: number }, { name: 'New', ...values }, { change: 'added' });
const removed = (number: string) => record({ accountnumber: number }, {}, { change: 'removed' });
const outcome = ({
	status,
	reason,
	error,
}: {
	status: string;
	reason?: string;
	error?: { code: string };
}) => [status, reason, error?.code].filter((part) => part !== undefined).join(' ');

async function preview(target: WriteTarget, records: readonly WriteRecord[]) {
	const connector = connectWith(org, { upsertMultiple: true });
	const { results, error } = await writeAll(
		{ ...connector, write: connector.preview.bind(connector) },
		target,
		records,
	);
	return { results, error };
}

const writes = () =>
	org.log.flatMap(({ method, url, parts = [] }) =>
		url.includes('$batch')
			? parts.map((part) => part.method).filter((each) => each !== 'GET')
			: /\/api\//.test(url) && method !== 'GET'
				? [method]
				: [],
	);

describe('a preview', () => {
	const targets: Array<[string, Partial<WriteTarget>]> = [
		['upsert', {}],
		['update', { writeMode: 'update' }],
		['insert', { writeMode: 'insert' }],
		['delete', { writeMode: 'delete' }],
		['only if different', { onlyIfDifferent: true }],
		['bulk upsert', { removedRecords: 'delete' }],
		['deactivate', { removedRecords: 'deactivate', checkVersion: true }],
	];

	test.each(targets)(
		'%s: tells what the write then does, and sends nothing (sync:T78)',
		async (_, more) => {
			const target = { ...accounts, ...more };
			org.insert('account', { name: 'Old', accountnumber: 'A' });
			org.insert('account', { name: 'New', accountnumber: 'B' });
			org.insert('account', { name: 'New', accountnumber: 'C', statecode: 1, statuscode: 2 });
			org.insert('account', { name: 'Old', accountnumber: 'R' });
			const parent = (number: string) => ({ parentaccountid: { key: { accountnumber: number } } });
			const before = org.rows('account');
			const upserts = [
				account('A', parent('B')),
				account('B'),
				account('C'),
				account('D'),
				account('D2', { parentaccountid: 'no id' }),
				account('E'),
				account('E'),
			];
			for (const records of [upserts, [removed('R'), removed('gone')]]) {
				const told = await preview(target, records);
				expect(told.error).toBeUndefined();
				expect(writes()).toEqual([]);
				expect(org.rows('account')).toEqual(before);
				const { results } = await writeAll(connect(org), target, records);
				expect(told.results.map(outcome)).toEqual(results.map(outcome));
				org.reset();
				org.insert('account', { name: 'Old', accountnumber: 'A' });
				org.insert('account', { name: 'New', accountnumber: 'B' });
				org.insert('account', { name: 'New', accountnumber: 'C', statecode: 1, statuscode: 2 });
				org.insert('account', { name: 'Old', accountnumber: 'R' });
				before.splice(0, before.length, ...org.rows('account'));
			}
		},
	);

	test('a parent of the same table may be written by the run itself: said, not refused (sync:T15)', async () => {
		const records = [
			account('B', { parentaccountid: { key: { accountnumber: 'A' } } }),
			account('A'),
		];
		const { results } = await preview(accounts, records);
		expect(results.map(({ status }) => status)).toEqual(['created', 'created']);
		expect(results[0].warnings?.[0]).toContain('Unless this run writes its parent');
		expect(results[1].warnings).toBeUndefined();
	});

	test('a removal by a remembered ID whose row is gone is told as gone', async () => {
		const id = org.insert('account', { name: 'A', accountnumber: 'A' });
		const leaver = (key: string, known: string) =>
			record({ accountnumber: key }, {}, { change: 'removed', id: known });
		const gone = '11111111-2222-4333-8444-555555555555';
		const target = { ...accounts, removedRecords: 'delete' } as const;
		const { results } = await preview(target, [leaver('A', id), leaver('B', gone)]);
		expect(results.map(outcome)).toEqual(['deleted', 'skipped gone']);
	});

	test('what would stop the write stops the preview', async () => {
		const { error } = await preview(contacts, [person('a', { nosuch: 1 })]);
		expect(error).toMatchObject({ code: 'config' });
	});
});
