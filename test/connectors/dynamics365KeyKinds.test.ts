/** Alternate keys of every column type: a second write finds what the first one made. */
import type { WriteTarget } from '../../shared/connectors/connector';
import { useDataverse } from '../sandbox/useDataverse';
import { bulkCalls, connect, contacts, person, record, tally, writeAll } from './dynamics365Client';

const org = useDataverse();

const rows = () => org.rows('crmsync_booking');
const names = () => rows().map((row) => row.crmsync_name);

/** Bookings by an active key on these columns. */
function bookings(keyFields: readonly string[], more: Partial<WriteTarget> = {}): WriteTarget {
	org.addKey('crmsync_booking', 'crmsync_Kind', keyFields);
	org.setKeyStatus('crmsync_booking', 'crmsync_kind', 'Active');
	return { ...contacts, objectName: 'crmsync_booking', keyFields, ...more };
}

const dates = [
	['a date', 'crmsync_day', '2026-05-04', '2026-05-04'],
	['an instant', 'crmsync_bookedon', '2026-05-04T10:00:00Z', '2026-05-04T10:00:00Z'],
	[
		'an instant with an offset',
		'crmsync_bookedon',
		'2026-05-04T12:00+02:00',
		'2026-05-04T10:00:00Z',
	],
	[
		'an instant with fractions',
		'crmsync_bookedon',
		'2026-05-04T10:00:00.123Z',
		'2026-05-04T10:00:00Z',
	],
	['a wall-clock time', 'crmsync_departure', '2026-05-04T12:00:00+02:00', '2026-05-04T12:00:00Z'],
] as const;

test.each([
	...dates,
	['more digits than the column has', 'crmsync_weight', 1.234, 1.23],
	['a choice', 'crmsync_channel', 935_350_001, 935_350_001],
	['a number', 'crmsync_number', 7, 7],
] as const)('%s in a key: found again in every mode (dataverse:2.3, 2.4)', async (...given) => {
	const [, column, value, stored] = given;
	const target = bookings([column]);
	const write = async (more: Partial<WriteTarget>, crmsync_name: string) => {
		const one = record({ [column]: value }, { crmsync_name });
		const { results, error } = await writeAll(connect(org), { ...target, ...more }, [one]);
		expect(error).toBeUndefined();
		return results[0].status;
	};
	expect(await write({}, 'First')).toBe('created');
	expect(rows()[0][column]).toBe(stored);
	expect(await write({}, 'Second')).toBe('updated');
	expect(await write({ writeMode: 'update' }, 'Third')).toBe('updated');
	expect(await write({ onlyIfDifferent: true }, 'Third')).toBe('unchanged');
	expect(names()).toEqual(['Third']);
	expect(await write({ writeMode: 'delete' }, '')).toBe('deleted');
	expect(rows()).toEqual([]);
});

test('two spellings of one moment are one key, and neither is sent (dataverse:T-04)', async () => {
	const target = bookings(['crmsync_bookedon']);
	const at = (crmsync_bookedon: string) => record({ crmsync_bookedon }, { crmsync_name: 'A' });
	const { results } = await writeAll(connect(org), target, [
		at('2026-05-04T10:00:00Z'),
		at('2026-05-04T12:00:00.4+02:00'),
	]);
	expect(results.map(({ error }) => error?.code)).toEqual(['duplicateKey', 'duplicateKey']);
});

test.each([
	['crmsync_day', '2026-02-30'],
	['crmsync_day', '04/05/2026'],
	['crmsync_bookedon', 'yesterday'],
	['crmsync_bookedon', '1600-01-01T00:00:00Z'],
	['crmsync_channel', 'Web'],
	['crmsync_number', 7.5],
] as const)(
	'%s: no row can have the key %j, so it is not asked for and takes no good record along',
	async (column, bad) => {
		const good = { crmsync_day: '2026-05-04', crmsync_channel: 935_350_001, crmsync_number: 7 };
		const { [column as 'crmsync_day']: fine = '2026-05-04T10:00:00Z' } = good;
		const target = bookings([column]);
		const { results } = await writeAll(connect(org), target, [
			record({ [column]: bad }, { crmsync_name: 'Bad' }),
			record({ [column]: fine }, { crmsync_name: 'Good' }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'created']);
		const asked = org.log.filter(({ url }) => url.includes('/crmsync_bookings?'));
		expect(asked).toHaveLength(1);
		expect(decodeURIComponent(asked[0].url)).not.toContain(String(bad));
	},
);

test.each(['literal', 'wildcard'])(
	'brackets in a key, and what they would match as a pattern (dataverse:T-16, U-26 %s)',
	async (mode) => {
		org.setSwitches({ 'U-26': mode });
		const keys = ['H[8]', 'H8', 'H[[]8]', '[x', 'y]'];
		const people = keys.map((key) => person(key, { lastname: 'A' }));
		const first = await writeAll(connect(org), contacts, people);
		expect(tally(first.results)).toEqual({ created: keys.length });
		const again = await writeAll(connect(org), contacts, people);
		expect(again.results).toEqual(first.results.map(({ id }) => ({ status: 'updated', id })));
	},
);

test('a date and a lookup in one key (dataverse:T-07)', async () => {
	const traveller = org.insert('contact', { lastname: 'T', crmsync_externalid: 't' });
	const target = bookings(['crmsync_travellerid', 'crmsync_day']);
	const trip = (day: string, name: string) =>
		record({ crmsync_travellerid: traveller, crmsync_day: day }, { crmsync_name: name });
	const days = ['2026-05-04', '2026-05-05'];
	for (const [text, status] of [
		['old', 'created'],
		['new', 'updated'],
	] as const) {
		const trips = days.map((day) => trip(day, `${text} ${day}`));
		const { results } = await writeAll(connect(org), target, trips);
		expect(tally(results)).toEqual({ [status]: 2 });
	}
	expect(names()).toEqual(days.map((day) => `new ${day}`));
});

describe('a lookup in a key, its row named by a key of its own', () => {
	const target: WriteTarget = {
		...contacts,
		objectName: 'crmsync_booking',
		keyFields: ['crmsync_travellerid', 'crmsync_number'],
	};
	const traveller = (externalId: string) =>
		org.insert('contact', { lastname: 'T', crmsync_externalid: externalId });
	const trip = (externalId: string, name: string, more = {}) =>
		record(
			{ crmsync_travellerid: { key: { crmsync_externalid: externalId } }, crmsync_number: 7 },
			{ crmsync_name: name },
			more,
		);

	test('is told from others, and found again (dataverse:S-09, T-07)', async () => {
		const ids = ['one', 'two'].map(traveller);
		const first = await writeAll(connect(org), target, [trip('one', 'A'), trip('two', 'B')]);
		expect(tally(first.results)).toEqual({ created: 2 });
		expect(rows().map((row) => row._crmsync_travellerid_value)).toEqual(ids);
		const again = await writeAll(connect(org), target, [trip('one', 'A2'), trip('two', 'B2')]);
		expect(again.results).toEqual(first.results.map(({ id }) => ({ status: 'updated', id })));
		expect(names()).toEqual(['A2', 'B2']);
		const same = await writeAll(connect(org), { ...target, onlyIfDifferent: true }, [
			trip('one', 'A2'),
		]);
		expect(tally(same.results)).toEqual({ unchanged: 1 });
		const gone = { ...target, removedRecords: 'delete' } as const;
		const { results } = await writeAll(connect(org), gone, [
			trip('two', '', { change: 'removed' }),
		]);
		expect(tally(results)).toEqual({ deleted: 1 });
		expect(names()).toEqual(['A2']);
	});

	test('an answer that was lost is found by it (dataverse:T-28)', async () => {
		traveller('one');
		org.faults.add({ effect: { kind: 'reset', when: 'afterCommit' }, url: /CreateMultiple/ });
		const { results } = await writeAll(connect(org), target, [trip('one', 'A')]);
		expect(tally(results)).toEqual({ created: 1 });
		expect(bulkCalls(org)).toHaveLength(1);
	});

	test('the same key twice is still refused (dataverse:T-04)', async () => {
		traveller('one');
		const { results } = await writeAll(connect(org), target, [trip('one', 'A'), trip('one', 'B')]);
		expect(results.map(({ error }) => error?.code)).toEqual(['duplicateKey', 'duplicateKey']);
	});
});
