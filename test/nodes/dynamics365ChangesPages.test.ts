import type { ChangedRecord, ChangePage, ChangeReader } from '../../shared/connectors/changes';
import type { Row } from '../../shared/core/census';
import { ChangeRows } from '../../shared/n8n/changeRows';

const record = (id: string, name = id): ChangedRecord => ({
	id,
	record: { id, name },
	values: { id, name },
});
const gone = (id: string): ChangedRecord => ({ id });
const page = (records: readonly ChangedRecord[], cursor: string, isLast = false): ChangePage => ({
	records,
	cursor,
	isLast,
	whole: false,
	filtered: false,
	tellsDeleted: true,
});

/** What a run makes of these pages: its rows in short, and where the next one goes on. */
async function read(pages: readonly ChangePage[], recordsPerRun = 50_000) {
	const reader = {
		keyField: 'id',
		async *pages() {
			yield* pages;
		},
	} as unknown as ChangeReader;
	const members = { size: 0, unvisited: async () => [] };
	const run = { state: { members, failures: new Map() } };
	const rows = new ChangeRows({} as never, run as never, reader, {
		recordsPerRun,
		applyDeletes: true,
		deleteFilteredOut: false,
		leaveOutInactive: false,
		filter: { fields: [], judge: (records) => records.map(() => ({ kind: 'passes' })) },
		cursor: { from: 'start' },
	});
	const all: Row[] = [];
	for await (const batch of rows.rows) all.push(...batch);
	const { cursor = '{}', goesOn } = rows.outcome();
	const { from } = JSON.parse(cursor) as { from?: string };
	return { rows: all.map((row) => row.mark ?? String(row.record.name)), from, goesOn };
}

describe('the pages of a run', () => {
	it('end at the limit, and the next run goes on behind them', async () => {
		const pages = [page([record('a')], '1'), page([record('b')], '2'), page([], '3', true)];
		expect(await read(pages, 2)).toEqual({ rows: ['a', 'b'], from: '2', goesOn: true });
		expect(await read(pages)).toEqual({ rows: ['a', 'b'], from: '3', goesOn: false });
	});

	it('end before a record comes a second time: its newest version counts, and none is lost', async () => {
		const later = [page([record('a')], '1'), page([record('b'), record('a', 'a2')], '2', true)];
		expect(await read(later)).toEqual({ rows: ['a'], from: '1', goesOn: true });
		const deleted = [page([record('a')], '1'), page([gone('a')], '2', true)];
		expect(await read(deleted)).toEqual({ rows: ['a'], from: '1', goesOn: true });
		expect(await read(deleted.slice(1))).toEqual({ rows: ['removed'], from: '2', goesOn: false });
	});

	it('hold a record once: the last version, or that it was deleted', async () => {
		const one = page([record('a'), record('a', 'a2'), record('b'), gone('b')], '1', true);
		expect((await read([one])).rows).toEqual(['a2', 'removed']);
	});
});
